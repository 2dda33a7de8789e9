package org.silofold.silo.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.silofold.protocol.registry.Roster;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;

/**
 * Reads a federation's topics from their beginning to where they end when the scan is made. Ends are taken of what rests on other records
 * first: what a record that is read rests on is read as well, although the federation goes on. What the aggregator writes is read once it is
 * committed. Of what others write everything is read, as the job reads it: their records count as soon as they are there, in a transaction or not.
 * Not thread-safe.
 */
final class LogScan {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Each rests on those after it. */
    private static final List<TopicKind> EFFECTS_FIRST = List.of(
            TopicKind.FATES,
            TopicKind.REJECTIONS,
            TopicKind.MODELS,
            TopicKind.MODEL_MANIFESTS,
            TopicKind.RESPONSES,
            TopicKind.VOTES,
            TopicKind.UNMASK_REQUESTS,
            TopicKind.MANIFESTS,
            TopicKind.UPDATES,
            TopicKind.INITIAL_MODELS,
            TopicKind.REGISTRY);

    /** Those that the aggregator writes in transactions. */
    private static final Set<TopicKind> TRANSACTIONAL = EnumSet.of(
            TopicKind.FATES,
            TopicKind.REJECTIONS,
            TopicKind.MODELS,
            TopicKind.MODEL_MANIFESTS,
            TopicKind.UNMASK_REQUESTS);

    private final Topics topics;
    private final KafkaConsumer<byte[], byte[]> committed;
    private final KafkaConsumer<byte[], byte[]> uncommitted;
    private final Map<TopicKind, List<TopicPartition>> partitions = new HashMap<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final SortedSet<String> names = new TreeSet<>();
    private final Set<String> forbidden = new HashSet<>();

    /**
     * Both consumers are without a group, and the caller's to close.
     *
     * @param committed reads committed records
     * @param uncommitted reads all
     */
    LogScan(Topics topics, KafkaConsumer<byte[], byte[]> committed, KafkaConsumer<byte[], byte[]> uncommitted) {
        this.topics = topics;
        this.committed = committed;
        this.uncommitted = uncommitted;
        for (Map.Entry<String, List<PartitionInfo>> topic :
                uncommitted.listTopics().entrySet()) {
            topics.parse(topic.getKey())
                    .filter(parsed -> EFFECTS_FIRST.contains(parsed.kind()))
                    .ifPresent(parsed -> {
                        names.add(topic.getKey());
                        topic.getValue().forEach(info -> partitions
                                .computeIfAbsent(parsed.kind(), kind -> new ArrayList<>())
                                .add(new TopicPartition(topic.getKey(), info.partition())));
                    });
        }
        for (TopicKind kind : EFFECTS_FIRST) {
            ends.putAll(consumer(kind).endOffsets(partitionsOf(kind)));
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(TopicKind kind) {
        return TRANSACTIONAL.contains(kind) ? committed : uncommitted;
    }

    private List<TopicPartition> partitionsOf(TopicKind kind) {
        return partitions.getOrDefault(kind, List.of());
    }

    /** Reads the registry. */
    void registry(Consumer<LogEntry> reader) {
        read(uncommitted, partitionsOf(TopicKind.REGISTRY), batch -> batch.forEach(reader));
    }

    /** Reads everything else, in batches. */
    void others(Consumer<List<LogEntry>> reader) {
        List<TopicPartition> ours = new ArrayList<>();
        List<TopicPartition> others = new ArrayList<>();
        for (TopicKind kind : EFFECTS_FIRST) {
            if (kind != TopicKind.REGISTRY) {
                (TRANSACTIONAL.contains(kind) ? ours : others).addAll(partitionsOf(kind));
            }
        }
        read(uncommitted, others, reader);
        read(committed, ours, reader);
    }

    /** What could not be read of the topics that a federation of these rosters has. */
    Gaps gaps(Collection<Roster> rosters) {
        SortedSet<String> gone = new TreeSet<>();
        uncommitted.beginningOffsets(ends.keySet()).forEach((partition, beginning) -> {
            if (beginning > 0) {
                gone.add(partition.topic());
            }
        });
        SortedSet<String> absent = new TreeSet<>();
        for (TopicKind kind : EFFECTS_FIRST) {
            if (!kind.perParty()) {
                absent.add(topics.name(kind));
            }
        }
        for (Roster roster : rosters) {
            roster.silos().forEach(silo -> absent.addAll(List.of(topics.updates(silo), topics.manifests(silo))));
            roster.committee()
                    .forEach(member -> absent.addAll(List.of(topics.votes(member), topics.responses(member))));
        }
        absent.removeAll(names);
        absent.addAll(forbidden);
        return new Gaps(gone, absent);
    }

    private void read(
            KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> from, Consumer<List<LogEntry>> reader) {
        consumer.assign(from);
        consumer.seekToBeginning(from);
        long progress = System.nanoTime();
        List<TopicPartition> left = unread(consumer, from);
        while (!left.isEmpty()) {
            ConsumerRecords<byte[], byte[]> records = poll(consumer);
            List<LogEntry> batch = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
                    batch.add(new LogEntry(
                            new Origin(record.topic(), record.partition(), record.offset()),
                            record.key(),
                            record.value(),
                            record.timestamp()));
                }
            }
            if (!batch.isEmpty()) {
                reader.accept(batch);
                progress = System.nanoTime();
            } else if (System.nanoTime() - progress > PATIENCE.toNanos()) {
                throw new TimeoutException("the broker gives nothing more of " + left);
            }
            left = unread(consumer, from);
        }
    }

    /** Whoever may write to a topic sees it, and need not be one who may read it. */
    private ConsumerRecords<byte[], byte[]> poll(KafkaConsumer<byte[], byte[]> consumer) {
        try {
            return consumer.poll(POLL);
        } catch (TopicAuthorizationException e) {
            if (!forbidden.addAll(e.unauthorizedTopics())) {
                throw e;
            }
            consumer.assign(consumer.assignment().stream()
                    .filter(partition -> !forbidden.contains(partition.topic()))
                    .toList());
            return ConsumerRecords.empty();
        }
    }

    /** Of these, those that were not read to their end; the others need not be asked for again. */
    private List<TopicPartition> unread(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> from) {
        List<TopicPartition> left = new ArrayList<>();
        List<TopicPartition> done = new ArrayList<>();
        for (TopicPartition partition : from) {
            if (forbidden.contains(partition.topic())) {
                continue;
            }
            (consumer.position(partition) < ends.get(partition) ? left : done).add(partition);
        }
        consumer.pause(done);
        return left;
    }
}
