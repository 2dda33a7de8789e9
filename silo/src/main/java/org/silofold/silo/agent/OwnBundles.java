package org.silofold.silo.agent;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.silofold.protocol.message.Digest;

/**
 * What the party's own topic of key bundles holds under each key, whoever wrote it: compaction keeps that and nothing else, and retention
 * takes what lies far back. Thread-safe.
 */
final class OwnBundles {
    private static final int MOST_KEYS = 1024;
    /** Half of what the topic retains ({@code retention.bytes} in topics.json): what lies further back may go. */
    static final long SAFE_BYTES = 32 << 20;

    private final String topic;
    private final Map<String, Last> last = new LinkedHashMap<>();

    private long bytes;
    private boolean level;

    /**
     * The last record under a key.
     *
     * @param digest empty for one without a value
     * @param at bytes of the topic that were read before it
     */
    private record Last(Optional<Digest> digest, long at) {}

    /**
     * @param topic the party's own topic
     */
    OwnBundles(String topic) {
        this.topic = topic;
    }

    /** The topic. */
    String topic() {
        return topic;
    }

    /** The topic is read from its beginning: what is held cannot be told until its end. */
    synchronized void begin() {
        level = false;
        last.clear();
        bytes = 0;
    }

    /** Takes a record of any topic. */
    synchronized void saw(ConsumerRecord<byte[], byte[]> record) {
        if (!record.topic().equals(topic)) {
            return;
        }
        long at = bytes;
        bytes += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
        if (record.key() == null) {
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        last.remove(key);
        if (last.size() >= MOST_KEYS) {
            last.remove(last.keySet().iterator().next());
        }
        last.put(key, new Last(Optional.ofNullable(record.value()).map(Digest::sha256), at));
    }

    /** The topic was read to its end. */
    synchronized void caughtUp() {
        level = true;
    }

    /** Whether the topic was read to its end, so that {@link #holds} can be told. */
    synchronized boolean level() {
        return level;
    }

    /** Whether the topic's last record under a key is this one, and lies where it stays. */
    synchronized boolean holds(String key, byte[] record) {
        return Optional.ofNullable(last.get(key))
                .filter(held -> bytes - held.at() <= SAFE_BYTES)
                .flatMap(Last::digest)
                .filter(Digest.sha256(record)::equals)
                .isPresent();
    }
}
