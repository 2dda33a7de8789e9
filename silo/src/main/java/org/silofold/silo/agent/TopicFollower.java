package org.silofold.silo.agent;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.silo.party.PartyException;
import org.silofold.silo.store.StoreException;

/**
 * Follows all partitions of some topics from their beginning, for as long as the agent runs. A record that the handler rejects is logged,
 * counted and skipped; a broker that is not there is a failed component, not an end.
 */
public final class TopicFollower implements AgentService {
    /** What to do with the records. All calls come from the follower's thread. */
    public interface Handler {
        /** The follower (re)starts from the beginning of its topics. May wait; returns false when the agent is being closed. */
        default boolean begin(AgentContext context) {
            return true;
        }

        /**
         * Takes a record.
         *
         * @throws RejectedException if it is not what it should be: it is skipped
         */
        void handle(ConsumerRecord<byte[], byte[]> record);

        /** A record without a value: it takes the one before it under its key out of a compacted topic. */
        default void erased(ConsumerRecord<byte[], byte[]> record) {}

        /**
         * Every record that was there at the last heartbeat was handled, also of the topics that these records made known. Called at every
         * heartbeat for which that is so.
         */
        default void caughtUp() {}

        /** The topics that are to be read from their beginning once more, as something that was missing may be there now. Asked at every heartbeat. */
        default Set<String> readAgain() {
            return Set.of();
        }
    }

    private final String name;
    private final Supplier<FollowedTopics> topics;
    private final boolean readCommitted;
    private final Handler handler;

    /**
     * @param name a short name
     * @param topics the topics' names
     * @param readCommitted whether to wait for transactions to commit
     * @param handler what to do with the records
     */
    public TopicFollower(String name, List<String> topics, boolean readCommitted, Handler handler) {
        this(name, supplier(FollowedTopics.all(topics)), readCommitted, handler);
    }

    private static Supplier<FollowedTopics> supplier(FollowedTopics topics) {
        return () -> topics;
    }

    /** As the other, with topics that may become more, asked for at each heartbeat and whenever all known ones were read to their end. */
    TopicFollower(String name, Supplier<FollowedTopics> topics, boolean readCommitted, Handler handler) {
        this.name = name;
        this.topics = topics;
        this.readCommitted = readCommitted;
        this.handler = handler;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void run(AgentContext context) throws Exception {
        if (!handler.begin(context)) {
            return;
        }
        try (KafkaConsumer<byte[], byte[]> consumer = context.kafka().consumer(name, readCommitted)) {
            AutoCloseable wakeup = context.onStop(consumer::wakeup);
            try {
                follow(context, consumer);
            } finally {
                wakeup.close();
            }
        } catch (WakeupException e) {
            if (!context.stopping()) {
                throw e;
            }
        }
    }

    private void follow(AgentContext context, KafkaConsumer<byte[], byte[]> consumer) {
        Set<TopicPartition> assigned = new HashSet<>();
        Duration heartbeat = context.config().heartbeat();
        long nextHeartbeat = System.nanoTime();
        Map<TopicPartition, Long> goal = new HashMap<>();
        while (!context.stopping()) {
            if (System.nanoTime() - nextHeartbeat >= 0) {
                assign(consumer, assigned);
                rewind(consumer, assigned, handler.readAgain());
                // A goal stands until it is reached: who writes without end would move it for ever. A log may have
                // become shorter.
                consumer.endOffsets(assigned).forEach((partition, end) -> goal.merge(partition, end, Math::min));
                context.health().ok(name, "following " + topics.get().describe());
                nextHeartbeat = System.nanoTime() + heartbeat.toNanos();
            }
            for (ConsumerRecord<byte[], byte[]> record :
                    consumer.poll(context.config().poll())) {
                handle(context, record);
                if (context.stopping()) {
                    return;
                }
            }
            if (!goal.isEmpty() && reached(consumer, goal)) {
                if (assign(consumer, assigned)) {
                    consumer.endOffsets(assigned).forEach((partition, end) -> goal.merge(partition, end, Math::min));
                } else {
                    handler.caughtUp();
                    goal.clear();
                }
            }
        }
    }

    /** Takes on partitions that are new, and says whether there are any; the others keep their positions. */
    private boolean assign(KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> assigned) {
        FollowedTopics followed = topics.get();
        List<TopicPartition> fresh = new ArrayList<>();
        for (String topic : followed.needed()) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            if (partitions.isEmpty()) {
                throw new KafkaException("there is no topic " + topic);
            }
            fresh.addAll(partitions);
        }
        for (String topic : followed.ifThere()) {
            try {
                fresh.addAll(partitions(consumer, topic));
            } catch (TopicAuthorizationException e) {
                // What a broker with an authorizer says of a topic that is not there, too.
            }
        }
        fresh.removeAll(assigned);
        if (!fresh.isEmpty()) {
            assigned.addAll(fresh);
            consumer.assign(assigned);
            consumer.seekToBeginning(fresh);
        }
        return !fresh.isEmpty();
    }

    private static void rewind(
            KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> assigned, Set<String> again) {
        List<TopicPartition> partitions = assigned.stream()
                .filter(partition -> again.contains(partition.topic()))
                .toList();
        if (!partitions.isEmpty()) {
            consumer.seekToBeginning(partitions);
        }
    }

    private static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        return partitions == null
                ? List.of()
                : partitions.stream()
                        .map(partition -> new TopicPartition(topic, partition.partition()))
                        .toList();
    }

    private void handle(AgentContext context, ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.value() == null) {
                handler.erased(record);
            } else {
                handler.handle(record);
            }
        } catch (StoreException | UncheckedIOException | KafkaException | PartyException e) {
            // Not the record's fault: start over later.
            throw e;
        } catch (RuntimeException e) {
            String what =
                    e instanceof RejectedException || e instanceof AwaitedException ? e.getMessage() : e.toString();
            context.health()
                    .skipped(name, record.topic() + "-" + record.partition() + "@" + record.offset() + ": " + what);
        }
    }

    private static boolean reached(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> goal) {
        return goal.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
}
