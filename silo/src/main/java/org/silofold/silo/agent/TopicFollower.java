package org.silofold.silo.agent;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
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

        /** Every record that was there at the last heartbeat was handled. Called at every heartbeat for which that is so. */
        default void caughtUp() {}
    }

    private final String name;
    private final Supplier<List<String>> topics;
    private final boolean readCommitted;
    private final Handler handler;

    /**
     * @param name a short name
     * @param topics the topics' names
     * @param readCommitted whether to wait for transactions to commit
     * @param handler what to do with the records
     */
    public TopicFollower(String name, List<String> topics, boolean readCommitted, Handler handler) {
        this(name, supplier(List.copyOf(topics)), readCommitted, handler);
    }

    private static Supplier<List<String>> supplier(List<String> topics) {
        return () -> topics;
    }

    /** As the other, with topics that may become more; at least one, and asked for at each heartbeat. */
    TopicFollower(String name, Supplier<List<String>> topics, boolean readCommitted, Handler handler) {
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
        Map<TopicPartition, Long> goal = Map.of();
        while (!context.stopping()) {
            if (System.nanoTime() - nextHeartbeat >= 0) {
                assign(consumer, assigned);
                goal = consumer.endOffsets(assigned);
                context.health().ok(name, "following " + String.join(", ", topics.get()));
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
                handler.caughtUp();
                goal = Map.of();
            }
        }
    }

    /** Takes on partitions that are new; the others keep their positions. */
    private void assign(KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> assigned) {
        List<TopicPartition> fresh = new ArrayList<>();
        for (String topic : topics.get()) {
            List<PartitionInfo> partitions = consumer.partitionsFor(topic);
            if (partitions == null || partitions.isEmpty()) {
                throw new KafkaException("there is no topic " + topic);
            }
            for (PartitionInfo partition : partitions) {
                TopicPartition id = new TopicPartition(topic, partition.partition());
                if (assigned.add(id)) {
                    fresh.add(id);
                }
            }
        }
        if (!fresh.isEmpty()) {
            consumer.assign(assigned);
            consumer.seekToBeginning(fresh);
        }
    }

    private void handle(AgentContext context, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        try {
            handler.handle(record);
        } catch (StoreException | UncheckedIOException | KafkaException | PartyException | AwaitedException e) {
            // Not the record's fault, or not known to be: start over later.
            throw e;
        } catch (RuntimeException e) {
            String what = e instanceof RejectedException ? e.getMessage() : e.toString();
            context.health()
                    .skipped(name, record.topic() + "-" + record.partition() + "@" + record.offset() + ": " + what);
        }
    }

    private static boolean reached(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> goal) {
        return goal.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
}
