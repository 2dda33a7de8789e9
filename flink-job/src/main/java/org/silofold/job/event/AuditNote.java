package org.silofold.job.event;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A decision, to become the next entry of the audit chain.
 *
 * @param event what was decided, a stable code
 * @param details why and about what
 */
public record AuditNote(String event, SortedMap<String, String> details) {
    /** Copies the map. */
    public AuditNote {
        details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
    }
}
