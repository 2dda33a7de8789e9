package org.silofold.silo.agent;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.silofold.protocol.message.Digest;

/**
 * What the party's own topic of key bundles holds under each key, whoever wrote it: compaction keeps that and nothing else. Thread-safe.
 */
final class OwnBundles {
    private static final int MOST_KEYS = 1024;

    private final String topic;
    /** By key the digest of the last record; empty for one without a value. */
    private final Map<String, Optional<Digest>> last = new LinkedHashMap<>();

    private boolean level;

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
    }

    /** Takes a record of any topic. */
    synchronized void saw(ConsumerRecord<byte[], byte[]> record) {
        if (!record.topic().equals(topic) || record.key() == null) {
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        last.remove(key);
        if (last.size() >= MOST_KEYS) {
            last.remove(last.keySet().iterator().next());
        }
        last.put(key, Optional.ofNullable(record.value()).map(Digest::sha256));
    }

    /** The topic was read to its end. */
    synchronized void caughtUp() {
        level = true;
    }

    /** Whether the topic was read to its end, so that {@link #holds} can be told. */
    synchronized boolean level() {
        return level;
    }

    /** Whether the topic's last record under a key is this one. */
    synchronized boolean holds(String key, byte[] record) {
        return last.getOrDefault(key, Optional.empty())
                .filter(Digest.sha256(record)::equals)
                .isPresent();
    }
}
