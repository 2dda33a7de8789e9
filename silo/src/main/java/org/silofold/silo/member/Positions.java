package org.silofold.silo.member;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * How far each partition was handled, and the records that wait for the registry. A waiting record holds back the position that is saved,
 * so that it is read again after a crash. Bounded: at most {@value #PARKED} waiting records a partition, so that no sender can push out
 * another's.
 */
final class Positions {
    /** Most records of one partition that wait. */
    static final int PARKED = 32;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * A record that is ahead of the registry.
     *
     * @param record the record
     * @param sinceNanos when it came, {@link System#nanoTime()}
     */
    record Parked(ConsumerRecord<byte[], byte[]> record, long sinceNanos) {
        boolean isOverdue(long nowNanos) {
            return nowNanos - sinceNanos > PATIENCE.toNanos();
        }
    }

    private final MemberStore store;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final Map<TopicPartition, Deque<Parked>> waiting = new HashMap<>();
    private final Map<TopicPartition, Long> saved = new HashMap<>();

    Positions(MemberStore store) {
        this.store = store;
    }

    private static TopicPartition of(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    /** The record was handled. */
    void done(ConsumerRecord<byte[], byte[]> record) {
        next.put(of(record), record.offset() + 1);
    }

    /** The record waits; the result is the oldest of its partition if that had to go to make room. */
    Optional<ConsumerRecord<byte[], byte[]>> park(ConsumerRecord<byte[], byte[]> record, long nowNanos) {
        done(record);
        Deque<Parked> queue = waiting.computeIfAbsent(of(record), partition -> new ArrayDeque<>());
        queue.add(new Parked(record, nowNanos));
        return queue.size() > PARKED ? Optional.of(queue.remove().record()) : Optional.empty();
    }

    /** The records that wait, oldest of each partition first. */
    List<Parked> parked() {
        List<Parked> all = new ArrayList<>();
        waiting.values().forEach(all::addAll);
        return all;
    }

    /** The record waits no longer. */
    void unpark(Parked parked) {
        waiting.get(of(parked.record())).remove(parked);
    }

    /** Saves what has moved; to be called once everything decided so far was sent. */
    void save() {
        Map<TopicPartition, Long> moved = new HashMap<>();
        next.forEach((partition, position) -> {
            Deque<Parked> queue = waiting.get(partition);
            long safe = queue == null || queue.isEmpty()
                    ? position
                    : queue.peek().record().offset();
            if (!Long.valueOf(safe).equals(saved.get(partition))) {
                moved.put(partition, safe);
            }
        });
        if (!moved.isEmpty()) {
            store.transaction(() -> moved.forEach(
                    (partition, position) -> store.setPosition(partition.topic(), partition.partition(), position)));
            saved.putAll(moved);
        }
    }
}
