package org.silofold.silo.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryDocuments.Document;
import org.silofold.silo.TestBroker;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.sdk.Silo;

/** A {@link TestFederation} on a real broker, with its topics and the silos' real agents and members; the test speaks as authority and aggregator. */
final class BrokerFederation implements AutoCloseable {
    static final Topics TOPICS = new Topics("");
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final TestFederation documents;
    final TestBroker broker;
    private final Path root;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, PartyDirectory> parties = new LinkedHashMap<>();
    private final Map<String, Agent> agents = new LinkedHashMap<>();

    BrokerFederation(Path root, TestFederation documents) throws Exception {
        this.root = root;
        this.documents = documents;
        this.broker = TestBroker.start(root.resolve("broker"), topics());
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "transactional.id", "aggregator"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        for (Document document : documents.documents) {
            send(TOPICS.registry(), document.keyBytes(), document.record());
        }
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
                    TOPICS.responses(silo),
                    TOPICS.withdrawals(silo),
                    TOPICS.neverVoted(silo)));
        }
        return topics;
    }

    /** A silo's directory, whose agent has read the registry before. */
    PartyDirectory party(String silo) {
        return parties.computeIfAbsent(silo, name -> documents.party(root.resolve(name), name, broker.bootstrap()));
    }

    /** A silo's directory with a file of further settings of Kafka's clients. */
    PartyDirectory party(String silo, Path clientConfig) {
        return parties.computeIfAbsent(
                silo, name -> documents.party(root.resolve(name), name, broker.bootstrap(), Optional.of(clientConfig)));
    }

    /** Starts a silo's agent, and gives what its data scientist has. */
    Silo start(String silo) {
        return start(silo, AgentConfig.defaults());
    }

    /** Starts a silo's agent with these settings. */
    Silo start(String silo, AgentConfig config) {
        agents.put(silo, Agent.start(PartyDirectory.open(party(silo).root()), config));
        return Silo.connect(party(silo).root());
    }

    /** A silo's running agent. */
    Agent agent(String silo) {
        return agents.get(silo);
    }

    void stop(String silo) {
        agents.remove(silo).close();
    }

    /** The authority publishes a document. */
    void publish(Document document) throws Exception {
        send(TOPICS.registry(), document.keyBytes(), document.record());
    }

    /** The aggregator publishes a version; gives its manifest's digest. */
    Digest publish(long version, Digest previous, float[] parameters) throws Exception {
        return publish(version, previous, parameters, version == 0 ? List.of() : TestFederation.cohort(version));
    }

    /** The aggregator publishes a version with this cohort; gives its manifest's digest. */
    Digest publish(long version, Digest previous, float[] parameters, List<UpdateRef> cohort) throws Exception {
        byte[] manifest = documents.manifest(version, previous, parameters, 1, cohort);
        producer.beginTransaction();
        for (int i = 0; i < documents.layout.shards(); i++) {
            put(
                    TOPICS.models(),
                    Topics.modelShardKey(TestFederation.MODEL, i),
                    documents.modelShard(version, parameters, i));
        }
        put(TOPICS.modelManifests(), Topics.modelKey(TestFederation.MODEL), manifest);
        producer.commitTransaction();
        return TestFederation.digest(manifest);
    }

    /** The aggregator says what became of an update. */
    void fate(String silo, UpdateId id, UpdateFate.Kind kind, Optional<Reason> reason, long version) throws Exception {
        send(TOPICS.fates(), Topics.fateKey(silo, id), documents.fate(silo, id, kind, reason, version));
    }

    /** Drops what a topic holds now, as its retention does. */
    void drop(String topic) throws Exception {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            // -1 stands for the end.
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(-1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    void send(String topic, byte[] key, byte[] value) throws Exception {
        producer.beginTransaction();
        put(topic, key, value);
        producer.commitTransaction();
    }

    private void put(String topic, byte[] key, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(topic, key, value)).get(30, TimeUnit.SECONDS);
    }

    /** What a topic holds now. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
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
    }

    @Override
    public void close() {
        agents.values().forEach(Agent::close);
        producer.close(Duration.ZERO);
        broker.close();
    }
}
