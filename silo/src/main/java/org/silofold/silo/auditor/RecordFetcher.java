package org.silofold.silo.auditor;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads single records again, by partition and offset, so that nobody has to keep their bytes. Not thread-safe. */
public final class RecordFetcher {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KafkaConsumer<byte[], byte[]> consumer;

    /** @param consumer without a group, used by this fetcher alone; the caller's to close */
    public RecordFetcher(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /**
     * The record at this offset; empty if the log does not hold it any more.
     *
     * @throws TimeoutException if the broker does not answer
     */
    public Optional<ConsumerRecord<byte[], byte[]>> fetch(TopicPartition partition, long offset) {
        turnTo(partition);
        consumer.seek(partition, offset);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        do {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() >= offset) {
                    return Optional.of(record).filter(found -> found.offset() == offset);
                }
            }
            if (isGone(partition, offset)) {
                return Optional.empty();
            }
        } while (System.nanoTime() - deadline < 0);
        throw new TimeoutException(partition + "@" + offset + " cannot be read");
    }

    private boolean isGone(TopicPartition partition, long offset) {
        try {
            return consumer.beginningOffsets(Set.of(partition)).get(partition) > offset;
        } catch (TimeoutException slow) {
            // A busy broker has until the deadline.
            return false;
        }
    }

    /** A partition that was read once stays assigned: taking it up again would cost a refresh of metadata each time. */
    private void turnTo(TopicPartition partition) {
        Set<TopicPartition> assigned = consumer.assignment();
        if (!assigned.contains(partition)) {
            Set<TopicPartition> more = new HashSet<>(assigned);
            more.add(partition);
            consumer.assign(more);
        }
        consumer.pause(consumer.assignment());
        consumer.resume(Set.of(partition));
    }
}
