package org.silofold.silo.auditor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.silofold.schemas.Topics;

/**
 * Reads topics from their beginning and remembers where each record is. Positions and places are one transaction, so that a restart goes on
 * where it was. Notices when the log lost records before they were read. Not thread-safe.
 */
final class LogFollower {
    private final Topics topics;
    private final AuditStore store;
    private final Verifier verifier;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<TopicPartition> assigned = new HashSet<>();
    private long unreadable;

    /** @param consumer without a group; the caller's to close */
    LogFollower(Topics topics, AuditStore store, Verifier verifier, KafkaConsumer<byte[], byte[]> consumer) {
        this.topics = topics;
        this.store = store;
        this.verifier = verifier;
        this.consumer = consumer;
    }

    /** Takes on the partitions of these topics that are new, and looks whether the log ran away from any. */
    void follow(Collection<String> names) {
        Map<String, List<PartitionInfo>> existing = consumer.listTopics();
        List<TopicPartition> fresh = new ArrayList<>();
        for (String name : names) {
            for (PartitionInfo info : existing.getOrDefault(name, List.of())) {
                TopicPartition partition = new TopicPartition(name, info.partition());
                if (assigned.add(partition)) {
                    fresh.add(partition);
                }
            }
        }
        if (!fresh.isEmpty()) {
            consumer.assign(assigned);
        }
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(assigned);
        for (TopicPartition partition : fresh) {
            long next = store.position(partition).map(AuditStore.Position::next).orElse(0L);
            consumer.seek(partition, Math.max(next, beginnings.get(partition)));
            noteGap(partition, next, beginnings.get(partition));
        }
        store.transaction(() -> beginnings.forEach((partition, beginning) -> {
            if (!fresh.contains(partition)) {
                noteGap(partition, consumer.position(partition), beginning);
            }
            store.places().forgetBefore(partition, beginning);
        }));
    }

    private void noteGap(TopicPartition partition, long next, long beginning) {
        if (beginning > next) {
            store.position(partition, new AuditStore.Position(beginning, true));
        }
    }

    /** Reads on; returns how many records there were. */
    int poll(Duration atMost) {
        if (assigned.isEmpty()) {
            return 0;
        }
        ConsumerRecords<byte[], byte[]> records = consumer.poll(atMost);
        if (records.isEmpty()) {
            return 0;
        }
        store.transaction(() -> {
            Map<TopicPartition, Long> next = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                if (record.value() != null) {
                    Place.of(topics, partition, record.offset(), record.value())
                            .ifPresentOrElse(place -> keep(place, record), () -> unreadable++);
                }
                next.put(partition, record.offset() + 1);
            }
            next.forEach((partition, position) -> store.position(partition, new AuditStore.Position(position, false)));
        });
        return records.count();
    }

    private void keep(Place place, ConsumerRecord<byte[], byte[]> record) {
        LogRecord value = new LogRecord(record.value(), record.timestamp());
        if (topics.parse(record.topic())
                .filter(topic -> verifier.verifies(topic, value))
                .isPresent()) {
            store.places().add(place);
        } else {
            store.places().addUnverified(place);
        }
    }

    /** Those of these topics of which the broker has shown no partition: they are not read to their end. */
    List<String> unseen(Collection<String> names) {
        Set<String> seen = assigned.stream().map(TopicPartition::topic).collect(Collectors.toSet());
        return names.stream().filter(name -> !seen.contains(name)).toList();
    }

    /** The partitions that are read. */
    Set<TopicPartition> partitions() {
        return Set.copyOf(assigned);
    }

    /** Whether there is anything to read. */
    boolean hasTopics() {
        return !assigned.isEmpty();
    }

    /** Where the log ends now. */
    Map<TopicPartition, Long> end() {
        return consumer.endOffsets(assigned);
    }

    /** Whether everything before these offsets was read. */
    boolean reached(Map<TopicPartition, Long> goal) {
        return goal.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** Records that could not be read, since the start. */
    long unreadable() {
        return unreadable;
    }
}
