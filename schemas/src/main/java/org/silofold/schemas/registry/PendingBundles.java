package org.silofold.schemas.registry;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * Key bundles that came before their subject's enrolment and cannot be verified yet: the newest of each subject, and never more
 * than {@value #MAX_SUBJECTS}. Anyone may have written them.
 */
final class PendingBundles {
    static final int MAX_SUBJECTS = 256;
    static final int MAX_BYTES = 16 * 1024;

    private final Map<String, byte[]> bySubject = new LinkedHashMap<>();

    void keep(String subject, byte[] record) {
        if (record.length > MAX_BYTES) {
            throw new RejectedException(Reason.RECORD_TOO_LARGE, "key bundle of " + record.length + " bytes");
        }
        if (!bySubject.containsKey(subject) && bySubject.size() == MAX_SUBJECTS) {
            throw new RejectedException(
                    Reason.UNKNOWN_SENDER, subject + " is not enrolled, and too many others wait for their enrolment");
        }
        bySubject.put(subject, record.clone());
    }

    Optional<byte[]> take(String subject) {
        return Optional.ofNullable(bySubject.remove(subject));
    }

    Collection<byte[]> records() {
        return bySubject.values();
    }
}
