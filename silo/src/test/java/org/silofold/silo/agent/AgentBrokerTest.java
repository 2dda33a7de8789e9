package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateFate.Kind;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.registry.Role;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryDocuments.Document;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.TestBroker;
import org.silofold.silo.party.PartyConfig;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.sdk.ModelUpdate;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.SiloException;
import org.silofold.silo.sdk.UpdateStatus;
import org.silofold.silo.sdk.VerifiedModel;

/** An agent on a real broker, where every topic also holds junk: it publishes its key, follows models, sends an update, learns its fate. */
@Timeout(120)
class AgentBrokerTest {
    private static final String SILO = "silo-1";
    private static final int PARAMETERS = 97 * 2048;
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Topics TOPICS = new Topics("");

    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(PARAMETERS);

    @Test
    void followsTheFederationThroughKafka() throws Exception {
        try (TestBroker broker = TestBroker.start(directory.resolve("broker"), topics());
                KafkaProducer<byte[], byte[]> producer = producer(broker);
                KafkaConsumer<byte[], byte[]> consumer = consumer(broker)) {
            producer.initTransactions();
            for (String topic : List.of(
                    TOPICS.registry(),
                    TOPICS.keys("silo-2"),
                    TOPICS.models(),
                    TOPICS.modelManifests(),
                    TOPICS.fates())) {
                send(producer, topic, (SILO + "/junk").getBytes(StandardCharsets.UTF_8), new byte[40]);
            }
            for (Document document : federation.documents) {
                if (!document.key().startsWith("key-bundle/" + SILO + "/")) {
                    send(producer, TOPICS.registry(), document.keyBytes(), document.record());
                }
            }
            PartyDirectory party = PartyDirectory.create(
                    directory.resolve("party"),
                    new PartyConfig(SILO, Role.SILO, "org-of-silo-1", "demo", broker.bootstrap(), "", Optional.empty()),
                    federation.authority.verifyingKey(),
                    federation.identities.get(SILO));
            try (Agent agent = Agent.start(party);
                    Silo silo = Silo.connect(party.root())) {
                Digest digest0 = publish(producer, 0, federation.specDigest(), federation.initial);
                assertThat(model(silo, -1).parameters()).isEqualTo(federation.initial);
                publishUncommitted(producer, 1, digest0);
                publish(producer, 1, digest0, moved(0.25f));
                assertThat(model(silo, 0).parameters()).isEqualTo(moved(0.25f));

                UpdateId id = silo.submit(
                        new ModelUpdate(TestFederation.MODEL, 1, new float[PARAMETERS], 50, TestAgent.METRICS));
                silo.await(id, status -> status.state() == UpdateStatus.State.SENT, LONG);
                assertSent(consumer, id);

                fate(producer, id, Kind.JOINED);
                fate(producer, id, Kind.IN_VERSION);
                UpdateStatus end = silo.await(id, LONG);
                assertThat(end.state()).isEqualTo(UpdateStatus.State.IN_VERSION);
                assertThat(end.version()).isEqualTo(2);
                assertThat(agent.health().components())
                        .filteredOn(component ->
                                List.of("registry", "models", "fates").contains(component.name()))
                        .hasSize(3)
                        .allSatisfy(component -> {
                            assertThat(component.healthy()).isTrue();
                            assertThat(component.skipped()).isPositive();
                        });
            }
            assertKeyPublished(consumer, party);
            assertForgetsNothing(party);
        }
    }

    /** The store is lost, and the log brings back what was sent before anything else may be. */
    private static void assertForgetsNothing(PartyDirectory party) throws Exception {
        Files.delete(party.agentDatabase());
        try (Agent agent = Agent.start(party);
                Silo silo = Silo.connect(party.root())) {
            assertThat(model(silo, 0).version()).isEqualTo(1);
            ModelUpdate again = new ModelUpdate(TestFederation.MODEL, 1, new float[PARAMETERS], 50, TestAgent.METRICS);
            assertThatThrownBy(() -> silo.submit(again))
                    .isInstanceOfSatisfying(
                            SiloException.class, e -> assertThat(e.code()).isEqualTo("base-spent"));
            assertThat(agent.health().components())
                    .filteredOn(component -> component.name().equals(OwnLog.ROLLED_BACK))
                    .singleElement()
                    .satisfies(alarm -> assertThat(alarm.detail()).contains("from version 1"));
        }
    }

    private static VerifiedModel model(Silo silo, long newerThan) {
        return silo.awaitModel(TestFederation.MODEL, newerThan, LONG).orElseThrow();
    }

    private Digest publish(KafkaProducer<byte[], byte[]> producer, long version, Digest previous, float[] parameters)
            throws Exception {
        byte[] manifest = federation.manifest(version, previous, parameters, 1);
        producer.beginTransaction();
        for (int i = 0; i < federation.layout.shards(); i++) {
            put(
                    producer,
                    TOPICS.models(),
                    Topics.modelShardKey(TestFederation.MODEL, i),
                    federation.modelShard(version, parameters, i));
        }
        put(producer, TOPICS.modelManifests(), Topics.modelKey(TestFederation.MODEL), manifest);
        producer.commitTransaction();
        return TestFederation.digest(manifest);
    }

    /** A version whose transaction was aborted never was. */
    private void publishUncommitted(KafkaProducer<byte[], byte[]> producer, long version, Digest previous)
            throws Exception {
        producer.beginTransaction();
        byte[] manifest = federation.manifest(version, previous, moved(0.1f), 1);
        put(producer, TOPICS.modelManifests(), Topics.modelKey(TestFederation.MODEL), manifest);
        producer.flush();
        producer.abortTransaction();
    }

    private void fate(KafkaProducer<byte[], byte[]> producer, UpdateId id, Kind kind) throws Exception {
        byte[] record = federation.fate(SILO, id, kind, Optional.empty(), 2);
        send(producer, TOPICS.fates(), Topics.fateKey(SILO, id), record);
    }

    private void assertSent(KafkaConsumer<byte[], byte[]> consumer, UpdateId id) {
        List<ConsumerRecord<byte[], byte[]>> shards = read(consumer, TOPICS.updates(SILO));
        assertThat(shards).hasSize(2);
        for (int i = 0; i < 2; i++) {
            assertThat(shards.get(i).key()).isEqualTo(id.toBytes());
            UpdateShard shard = SignedRecords.open(
                            UpdateShard.class,
                            Purpose.UPDATE_SHARD,
                            shards.get(i).value(),
                            SILO,
                            federation.identities.get(SILO).verifyingKey(),
                            RecordLimits.SHARD)
                    .message();
            assertThat(shard.core().shardIndex()).isEqualTo(i);
        }
        List<ConsumerRecord<byte[], byte[]>> manifests = read(consumer, TOPICS.manifests(SILO));
        assertThat(manifests).singleElement().satisfies(record -> {
            UpdateManifest manifest = SignedRecords.open(
                            UpdateManifest.class,
                            Purpose.UPDATE_MANIFEST,
                            record.value(),
                            SILO,
                            federation.identities.get(SILO).verifyingKey(),
                            RecordLimits.MANIFEST)
                    .message();
            assertThat(manifest.core().updateId()).isEqualTo(id);
            assertThat(manifest.core().baseVersion()).isEqualTo(1);
        });
    }

    private void assertKeyPublished(KafkaConsumer<byte[], byte[]> consumer, PartyDirectory party) {
        RegistryView view = new RegistryView("demo", federation.authority.verifyingKey());
        for (String topic : List.of(TOPICS.registry(), TOPICS.keys(SILO))) {
            for (ConsumerRecord<byte[], byte[]> record : read(consumer, topic)) {
                if (record.value().length > 40) {
                    view.apply(TOPICS.parse(topic).orElseThrow(), record.key(), record.value());
                }
            }
        }
        try (KemPrivateKey key = party.kemKey(1)) {
            assertThat(view.kemKey(SILO, 1)).contains(key.publicKey());
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        while (consumer.position(partition) < end) {
            consumer.poll(Duration.ofMillis(200)).forEach(records::add);
        }
        return records;
    }

    private static void put(KafkaProducer<byte[], byte[]> producer, String topic, byte[] key, byte[] value)
            throws Exception {
        producer.send(new ProducerRecord<>(topic, key, value)).get(30, TimeUnit.SECONDS);
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, String topic, byte[] key, byte[] value)
            throws Exception {
        producer.beginTransaction();
        put(producer, topic, key, value);
        producer.commitTransaction();
    }

    private static KafkaProducer<byte[], byte[]> producer(TestBroker broker) {
        Properties properties = new Properties();
        properties.putAll(Map.of("bootstrap.servers", broker.bootstrap(), "transactional.id", "aggregator"));
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(TestBroker broker) {
        Properties properties = new Properties();
        properties.putAll(Map.of("bootstrap.servers", broker.bootstrap(), "isolation.level", "read_committed"));
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static List<String> topics() {
        List<String> topics = new ArrayList<>(List.of(
                TOPICS.registry(), TOPICS.models(), TOPICS.modelManifests(), TOPICS.fates(), TOPICS.unmaskRequests()));
        for (String silo : TestFederation.SILOS) {
            topics.addAll(List.of(
                    TOPICS.keys(silo),
                    TOPICS.updates(silo),
                    TOPICS.manifests(silo),
                    TOPICS.receipts(silo),
                    TOPICS.votes(silo),
                    TOPICS.responses(silo)));
        }
        return topics;
    }

    private static float[] moved(float by) {
        float[] parameters = new float[PARAMETERS];
        parameters[7] = by;
        return parameters;
    }
}
