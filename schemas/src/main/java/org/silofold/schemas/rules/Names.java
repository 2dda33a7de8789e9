package org.silofold.schemas.rules;

import java.util.regex.Pattern;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * What a name may look like: federations, models, silos, members and organisations are written in 1 to {@value #MAX_LENGTH} of
 * {@code a-z}, {@code 0-9} and hyphen, and do not begin with a hyphen. Such a name can stand in a topic name, in a path and between
 * the separators of a record key without any escaping, and sorts the same by characters as by UTF-8 bytes.
 */
public final class Names {
    /** Longest name, in characters and bytes. */
    public static final int MAX_LENGTH = 63;

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private Names() {}

    /** Whether this is a name. */
    public static boolean isName(String text) {
        return text.length() <= MAX_LENGTH && NAME.matcher(text).matches();
    }

    /**
     * Returns the name.
     *
     * @param text what should be a name
     * @param what what it names, for the message
     * @throws RejectedException with {@link Reason#INVALID_FIELD} if it is none
     */
    public static String require(String text, String what) {
        if (!isName(text)) {
            throw new RejectedException(
                    Reason.INVALID_FIELD, what + ": a name is 1 to 63 of a-z, 0-9 and -, not beginning with -");
        }
        return text;
    }
}
