package org.silofold.job.coordinate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;

/**
 * Updates that have had their final fate, so that what arrives late of them cannot give them another. A silo's last
 * {@value #REMEMBERED} are remembered by name; of older ones, only that sequences up to the floor are over. The last {@value #TOLD} fates
 * of each silo are kept whole, to be told again.
 */
final class EndedUpdates {
    static final int REMEMBERED = 256;

    static final int TOLD = 4;

    /**
     * What a silo was told.
     *
     * @param kind how the update ended
     * @param reason why, unless it is in a version
     * @param version in which it is, if it is
     */
    record Fate(UpdateFate.Kind kind, Optional<Reason> reason, long version) {}

    /** One silo's ended updates, in the order in which they ended, with their sequences. */
    static final class OfSilo {
        private final Map<UpdateId, Long> recent = new LinkedHashMap<>();
        private final Map<UpdateId, Fate> fates = new LinkedHashMap<>();
        private long floor = Long.MIN_VALUE;

        Map<UpdateId, Long> recent() {
            return recent;
        }

        /** The last fates, oldest first. */
        Map<UpdateId, Fate> fates() {
            return fates;
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

    void add(UpdateKey key, long sequence, Fate fate) {
        OfSilo silo = silos.computeIfAbsent(key.silo(), name -> new OfSilo());
        silo.recent.put(key.updateId(), sequence);
        silo.fates.put(key.updateId(), fate);
        if (silo.fates.size() > TOLD) {
            silo.fates.remove(silo.fates.keySet().iterator().next());
        }
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

    /** Whether one of the silo's remembered updates had this sequence. */
    boolean hasSequence(String name, long sequence) {
        OfSilo silo = silos.get(name);
        return silo != null && silo.recent.containsValue(sequence);
    }

    boolean contains(UpdateKey key) {
        OfSilo silo = silos.get(key.silo());
        return silo != null && silo.recent.containsKey(key.updateId());
    }
}
