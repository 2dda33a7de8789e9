package org.silofold.job.ingest;

import java.util.HashMap;
import java.util.Map;

/**
 * How much of each party's records waits at this subtask, whatever keys they are under, and which registry they were last held against. Not
 * in the state: after a restore a key is taken in again with its next record or timer, whichever is first, so within one interval between
 * two looks; until then its bytes are not counted.
 */
final class ParkAccount {
    /** Held against no registry yet. */
    static final int NEVER = -1;

    private final Map<String, Entry> keys = new HashMap<>();
    private final Map<String, Long> bytes = new HashMap<>();

    private record Entry(String owner, long bytes, int registry) {}

    /** Bytes of this party that wait here. */
    long bytesOf(String owner) {
        return bytes.getOrDefault(owner, 0L);
    }

    /** Whether this key is taken in. */
    boolean knows(String key) {
        return keys.containsKey(key);
    }

    /** The registry, by number, that the key's first record was last held against. */
    int registryOf(String key) {
        Entry entry = keys.get(key);
        return entry == null ? NEVER : entry.registry();
    }

    /** So many bytes wait under this key now. */
    void set(String key, String owner, long waiting, int registry) {
        clear(key);
        keys.put(key, new Entry(owner, waiting, registry));
        bytes.merge(owner, waiting, Long::sum);
    }

    /** Nothing waits under this key any more. */
    void clear(String key) {
        Entry entry = keys.remove(key);
        if (entry != null) {
            bytes.computeIfPresent(entry.owner(), (owner, sum) -> sum == entry.bytes() ? null : sum - entry.bytes());
        }
    }
}
