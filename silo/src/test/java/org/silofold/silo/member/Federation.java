package org.silofold.silo.member;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryDocuments;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.TestBroker;
import org.silofold.silo.agent.Agent;
import org.silofold.silo.agent.Health;
import org.silofold.silo.party.PartyConfig;
import org.silofold.silo.party.PartyDirectory;

/**
 * A broker, a registry with the four members of {@link Committee#NAMES}, and their directories and agents. The test holds every key, and
 * so can speak as silo and as aggregator.
 */
final class Federation implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final Topics topics = new Topics("");
    final RegistryView registry;
    private final TestBroker broker;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, SigningKey> identities = new LinkedHashMap<>();
    private final Map<String, PartyDirectory> directories = new LinkedHashMap<>();
    private final Map<String, Agent> agents = new LinkedHashMap<>();

    /** Every silo of its own organisation. */
    Federation(Path root) throws Exception {
        this(root, Map.of());
    }

    /** @param organisations of the silos that are not of one of their own */
    Federation(Path root, Map<String, String> organisations) throws Exception {
        List<String> names = new ArrayList<>(List.of(
                topics.registry(), topics.unmaskRequests(), topics.modelManifests(), topics.models(), topics.fates()));
        for (String name : Committee.NAMES) {
            names.addAll(List.of(
                    topics.keys(name),
                    topics.updates(name),
                    topics.manifests(name),
                    topics.receipts(name),
                    topics.votes(name),
                    topics.responses(name),
                    topics.withdrawals(name),
                    topics.neverVoted(name)));
        }
        broker = TestBroker.start(root.resolve("broker"), names);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap()), new ByteArraySerializer(), new ByteArraySerializer());
        Stream.concat(Stream.of("authority", Samples.AGGREGATOR), Committee.NAMES.stream())
                .forEach(name -> identities.put(name, SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)));
        registry = new RegistryView("demo", identity("authority").verifyingKey());
        for (String name : Committee.NAMES) {
            PartyConfig config = new PartyConfig(
                    name, Role.SILO, "org-of-" + name, "demo", broker.bootstrap(), "", Optional.empty());
            PartyDirectory directory = PartyDirectory.create(
                    root.resolve(name), config, identity("authority").verifyingKey(), identity(name));
            KemPrivateKey kem = directory.kemKeyOrNew(1);
            kem.close();
            directories.put(name, directory);
        }
        publishRegistry(organisations);
    }

    private void publishRegistry(Map<String, String> organisations) throws Exception {
        long now = System.currentTimeMillis();
        long from = now - 3_600_000;
        long to = now + 86_400_000;
        RegistryDocuments authority = new RegistryDocuments("demo", "authority", identity("authority"));
        List<RegistryDocuments.Document> documents = new ArrayList<>();
        documents.add(authority.enrolment(
                Samples.AGGREGATOR,
                "operator",
                Role.AGGREGATOR,
                1,
                from,
                to,
                identity(Samples.AGGREGATOR).verifyingKey()));
        for (String name : Committee.NAMES) {
            documents.add(authority.enrolment(
                    name,
                    organisations.getOrDefault(name, "org-of-" + name),
                    Role.SILO,
                    1,
                    from,
                    to,
                    identity(name).verifyingKey()));
            try (KemPrivateKey kem = directories.get(name).kemKey(1)) {
                documents.add(
                        new RegistryDocuments("demo", name, identity(name)).keyBundle(1, 1, from, to, kem.publicKey()));
            }
        }
        documents.add(authority.roster(1, 1, Committee.NAMES, Committee.NAMES, Samples.AGGREGATOR, List.of(), to));
        documents.add(authority.modelSpec(
                Samples.MODEL, 1, List.of(new TensorSpec("w", List.of(14))), List.of(), Samples.digest("root")));
        Policy policy = Samples.policy(1, 2, 4, 1, 4);
        documents.add(authority.sign(policy, new byte[0]));
        for (RegistryDocuments.Document document : documents) {
            registry.apply(document.keyBytes(), document.record());
            send(topics.registry(), document.keyBytes(), document.record());
        }
    }

    /** What the authority signs with. */
    RegistryDocuments authority() {
        return new RegistryDocuments("demo", "authority", identity("authority"));
    }

    SigningKey identity(String name) {
        return identities.get(name);
    }

    Context context(String sender, Purpose purpose) {
        return registry.context(Samples.MODEL, sender, purpose);
    }

    PartyDirectory directory(String name) {
        return directories.get(name);
    }

    void start(String name) {
        agents.put(name, Agent.start(PartyDirectory.open(directories.get(name).root())));
    }

    void stop(String name) {
        agents.remove(name).close();
    }

    /** The broker goes away for good. */
    void stopBroker() {
        broker.close();
    }

    /** Waits until these components of an agent are all as healthy as that. */
    void awaitHealth(String name, Set<String> components, boolean healthy) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            List<Health.Component> there = agents.get(name).health().components().stream()
                    .filter(component -> components.contains(component.name()) && component.healthy() == healthy)
                    .toList();
            if (there.size() == components.size()) {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(agents.get(name).health().components().toString());
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** How often an agent's member turned a record away. */
    long skipped(String name) {
        return agents.get(name).health().components().stream()
                .filter(component -> component.name().equals(MemberService.NAME))
                .mapToLong(component -> component.skipped())
                .sum();
    }

    /** Waits until an agent's member has turned at least so many records away. */
    void awaitSkipped(String name, long atLeast) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (skipped(name) < atLeast) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(name + " turned " + skipped(name) + " records away, not " + atLeast);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    void send(String topic, byte[] key, byte[] record) throws Exception {
        producer.send(new ProducerRecord<>(topic, key, record)).get(30, TimeUnit.SECONDS);
    }

    /** Reads a topic from its beginning until a message of a sender is there that satisfies the condition; gives that record. */
    <T extends Message> SignedRecord<T> await(
            Class<T> type, Purpose purpose, String topic, String sender, Predicate<T> condition) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrap()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() - deadline < 0) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    Optional<SignedRecord<T>> signed = open(type, purpose, record.value(), sender)
                            .filter(found -> condition.test(found.message()));
                    if (signed.isPresent()) {
                        return signed.get();
                    }
                }
            }
        }
        throw new AssertionError("no such record in " + topic + " within " + PATIENCE);
    }

    /** The sender's message; empty for the junk that a test put beside it. */
    private <T extends Message> Optional<SignedRecord<T>> open(
            Class<T> type, Purpose purpose, byte[] record, String sender) {
        try {
            return Optional.of(SignedRecords.open(
                    type, purpose, record, sender, identity(sender).verifyingKey(), RecordLimits.DEFAULT));
        } catch (RejectedException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        agents.values().forEach(Agent::close);
        producer.close();
        broker.close();
        identities.values().forEach(SigningKey::close);
    }
}
