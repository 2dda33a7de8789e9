package org.silofold.silo.agent;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.silofold.protocol.message.Digest;
import org.silofold.schemas.Topics;

/**
 * What the party's own topic of key bundles holds under each key, whoever wrote it: compaction keeps that and nothing else, and retention
 * takes what lies far back. Thread-safe.
 */
final class OwnBundles {
    private static final int MOST_KEYS = 1024;
    /** Half of what the topic retains: what lies further back may go. */
    static final long SAFE_BYTES = Topics.KEYS_RETAINED_BYTES / 2;
    /** What a record, or a marker of a transaction, takes beside what is in it, at most. */
    private static final long OVERHEAD_BYTES = 128;

    private final String topic;
    private final Map<String, Last> last = new LinkedHashMap<>();

    private long bytes;
    private long offset;
    private boolean level;

    /**
     * The last record under a key.
     *
     * @param digest empty for one without a value
     * @param at bytes of the topic before it, at most
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
        offset = 0;
    }

    /** Takes a record of any topic. */
    synchronized void saw(ConsumerRecord<byte[], byte[]> record) {
        if (!record.topic().equals(topic)) {
            return;
        }
        // Offsets that nobody hands us are of markers, or compacted away.
        bytes += OVERHEAD_BYTES * Math.max(1, record.offset() - offset);
        offset = record.offset();
        long at = bytes;
        bytes += size(record);
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

    private static long size(ConsumerRecord<byte[], byte[]> record) {
        long size = Math.max(0L, record.serializedKeySize()) + Math.max(0L, record.serializedValueSize());
        for (Header header : record.headers()) {
            size += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return size;
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
