package org.silofold.silo.auditor;

import java.util.Optional;
import org.silofold.protocol.sign.VerifyingKey;

/** Whom the authority enrolled. */
public interface Parties {
    /** The authority's own key. */
    VerifyingKey authority();

    /** A party's identity key. */
    Optional<VerifyingKey> identityKey(String name);

    /** The identity key that a party had at a time, epoch milliseconds, as far as that is known; else the one it has now. */
    default Optional<VerifyingKey> identityKey(String name, long atMillis) {
        return identityKey(name);
    }

    /** The organisation that a party belongs to. */
    Optional<String> organisation(String name);

    /** Whether a party's enrolment did not hold at a time, epoch milliseconds. */
    boolean isRevoked(String name, long atMillis);
}
