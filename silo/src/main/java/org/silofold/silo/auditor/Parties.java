package org.silofold.silo.auditor;

import java.util.Optional;
import org.silofold.protocol.sign.VerifyingKey;

/** Whom the authority enrolled. */
public interface Parties {
    /** The authority's own key. */
    VerifyingKey authority();

    /** A party's identity key. */
    Optional<VerifyingKey> identityKey(String name);

    /** The organisation that a party belongs to. */
    Optional<String> organisation(String name);

    /** Whether a party's enrolment did not hold at a time, epoch milliseconds. */
    boolean isRevoked(String name, long atMillis);
}
