package org.silofold.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.message.AuditEntry;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;

/** Every committed record of the aggregator's own log and audit chain, repetitions included, in each topic's order. Not thread-safe. */
final class AggregatorLog implements AutoCloseable {
    private static final Topics TOPICS = new Topics("");
    private static final Map<Purpose, Class<? extends Message>> TYPES = Map.of(
            Purpose.UNMASK_REQUEST, UnmaskRequest.class,
            Purpose.MODEL_MANIFEST, ModelManifest.class,
            Purpose.FENCE, Fence.class,
            Purpose.COHORT_BROKEN, CohortBroken.class,
            Purpose.AUDIT_ENTRY, AuditEntry.class);

    private final VerifyingKey key;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<Message> messages = new ArrayList<>();

    AggregatorLog(String bootstrap, VerifyingKey key) {
        this.key = key;
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(TOPICS.unmaskRequests(), TOPICS.modelManifests(), TOPICS.audit())) {
            consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Reads what is new. */
    void read() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
            TopicKind kind = TOPICS.parse(record.topic()).orElseThrow().kind();
            Purpose purpose = kind.purpose(record.key());
            messages.add(SignedRecords.open(
                            TYPES.get(purpose),
                            purpose,
                            record.value(),
                            DemoFederation.AGGREGATOR,
                            key,
                            RecordLimits.DEFAULT)
                    .message());
        }
    }

    <M extends Message> List<M> all(Class<M> type) {
        return messages.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The newest version; -1 if none. */
    long version() {
        return all(ModelManifest.class).stream()
                .mapToLong(ModelManifest::version)
                .max()
                .orElse(-1);
    }

    /** Audit entries of this event. */
    List<AuditEntry> audited(String event) {
        return all(AuditEntry.class).stream()
                .filter(entry -> entry.event().equals(event))
                .toList();
    }

    /** A request's version and attempt with its cohort, for which it may be repeated. */
    record Put(Buffer buffer, Digest cohort) {
        static Put of(UnmaskRequest request) {
            Digest cohort = Cohort.of(request.cohort())
                    .digest(request.context(), request.buffer(), request.previousManifestDigest());
            return new Put(request.buffer(), cohort);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
