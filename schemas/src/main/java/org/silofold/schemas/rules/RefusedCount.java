package org.silofold.schemas.rules;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The detail of a rejection that stands for many: of the records of its topic that were refused for its reason and have no rejection of their
 * own it names the last, and says here how many there were. Such a detail begins as no other does, since the others begin with a reason code.
 */
public final class RefusedCount {
    private static final Pattern DETAIL = Pattern.compile("^the last of ([0-9]{1,18}) records with this word alone: ");

    private RefusedCount() {}

    /**
     * The detail.
     *
     * @param records how many, at least 1
     * @param last what was wrong with the one that is named
     */
    public static String detail(long records, String last) {
        return "the last of " + records + " records with this word alone: " + last;
    }

    /** How many records a rejection with this detail is about: 1 unless it says more. */
    public static long of(String detail) {
        Matcher matcher = DETAIL.matcher(detail);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 1;
    }
}
