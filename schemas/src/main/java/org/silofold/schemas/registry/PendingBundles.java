package org.silofold.schemas.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.RecordLimits;

/**
 * Key bundles that came before their subject's enrolment, or before the one with the identity key that signed them, and cannot be verified
 * yet: enrolments and key bundles lie in different topics, which are read in any order. Of each subject the newest of each of its {@value RegistryView#MAX_EPOCHS} newest epochs, and never more than
 * {@value #MAX_RECORDS} in all. Nobody may have signed them.
 */
final class PendingBundles {
    static final int MAX_RECORDS = 512;

    private final Map<String, TreeMap<Integer, byte[]>> bySubject = new LinkedHashMap<>();

    void keep(String subject, int epoch, byte[] record) {
        if (record.length > RecordLimits.KEY_BUNDLE.recordBytes()) {
            throw new RejectedException(Reason.RECORD_TOO_LARGE, "key bundle of " + record.length + " bytes");
        }
        TreeMap<Integer, byte[]> kept = bySubject.getOrDefault(subject, new TreeMap<>());
        boolean full = kept.size() == RegistryView.MAX_EPOCHS;
        if (!kept.containsKey(epoch)) {
            if (full && epoch < kept.firstKey()) {
                throw new RejectedException(
                        Reason.OLD_DOCUMENT, subject + ": keys of newer epochs than " + epoch + " wait");
            }
            if (!full && records().size() >= MAX_RECORDS) {
                throw new RejectedException(
                        Reason.UNKNOWN_SENDER, subject + " is not enrolled, and too much waits for other enrolments");
            }
            if (full) {
                kept.pollFirstEntry();
            }
        }
        kept.put(epoch, record.clone());
        bySubject.put(subject, kept);
    }

    /** The subject's bundles by epoch, which wait no more. */
    Collection<byte[]> take(String subject) {
        TreeMap<Integer, byte[]> kept = bySubject.remove(subject);
        return kept == null ? List.of() : kept.values();
    }

    List<byte[]> records() {
        List<byte[]> records = new ArrayList<>();
        bySubject.values().forEach(kept -> records.addAll(kept.values()));
        return records;
    }
}
