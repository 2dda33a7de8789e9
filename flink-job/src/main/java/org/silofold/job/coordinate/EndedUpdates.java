package org.silofold.job.coordinate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.UpdateId;

/**
 * Updates that have had their final fate, so that what arrives late of them cannot give them another. A silo's last
 * {@value #REMEMBERED} are remembered by name; of older ones, only that sequences up to the floor are over.
 */
final class EndedUpdates {
    static final int REMEMBERED = 256;

    /** One silo's ended updates, in the order in which they ended, with their sequences. */
    static final class OfSilo {
        private final Map<UpdateId, Long> recent = new LinkedHashMap<>();
        private long floor = Long.MIN_VALUE;

        Map<UpdateId, Long> recent() {
            return recent;
        }

        long floor() {
            return floor;
        }

        void setFloor(long value) {
            floor = value;
        }
    }

    private final SortedMap<String, OfSilo> silos = new TreeMap<>();

    SortedMap<String, OfSilo> silos() {
        return silos;
    }

    void add(UpdateKey key, long sequence) {
        OfSilo silo = silos.computeIfAbsent(key.silo(), name -> new OfSilo());
        silo.recent.put(key.updateId(), sequence);
        if (silo.recent.size() > REMEMBERED) {
            var oldest = silo.recent.entrySet().iterator();
            silo.floor = Math.max(silo.floor, oldest.next().getValue());
            oldest.remove();
        }
    }

    boolean contains(UpdateKey key, long sequence) {
        OfSilo silo = silos.get(key.silo());
        return silo != null && (silo.recent.containsKey(key.updateId()) || sequence <= silo.floor);
    }

    boolean contains(UpdateKey key) {
        OfSilo silo = silos.get(key.silo());
        return silo != null && silo.recent.containsKey(key.updateId());
    }
}
