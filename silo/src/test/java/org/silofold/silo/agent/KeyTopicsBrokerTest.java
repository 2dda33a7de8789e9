package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.registry.Role;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryDocuments.Document;
import org.silofold.silo.TestBroker;
import org.silofold.silo.party.PartyConfig;
import org.silofold.silo.party.PartyDirectory;

/** An agent and the parties' own topics of key bundles, on a broker where everyone may write everywhere. */
@Timeout(120)
class KeyTopicsBrokerTest {
    private static final String SELF = "silo-1";
    private static final String OTHER = "silo-2";
    private static final String LATE = "silo-9";
    private static final Topics TOPICS = new Topics("");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(10);
    private final CompletableFuture<AgentContext> started = new CompletableFuture<>();
    private TestBroker broker;
    private KafkaProducer<byte[], byte[]> producer;
    private Agent agent;

    /** Gives the test what the agent lends to its services. */
    private record Probe(CompletableFuture<AgentContext> started) implements AgentService {
        @Override
        public String name() {
            return "probe";
        }

        @Override
        public void run(AgentContext context) {
            started.complete(context);
        }
    }

    /** The enrolments and the rest are in the registry, the key bundles of silo-2 and silo-3 in their own topics alone. */
    @BeforeEach
    void start() throws Exception {
        List<String> topics =
                new ArrayList<>(List.of(TOPICS.registry(), TOPICS.models(), TOPICS.modelManifests(), TOPICS.fates()));
        Stream.of(SELF, OTHER, "silo-3")
                .forEach(party -> topics.addAll(List.of(TOPICS.keys(party), TOPICS.manifests(party))));
        broker = TestBroker.start(directory.resolve("broker"), topics);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap()), new ByteArraySerializer(), new ByteArraySerializer());
        for (Document document : federation.documents) {
            String[] key = document.key().split("/", -1);
            boolean elsewhere = key[0].equals("key-bundle") && !key[1].equals(TestFederation.AGGREGATOR);
            if (!elsewhere) {
                send(TOPICS.registry(), document.keyBytes(), document.record());
            } else if (!key[1].equals(SELF)) {
                send(TOPICS.keys(key[1]), document.keyBytes(), document.record());
            }
        }
        PartyDirectory party = PartyDirectory.create(
                directory.resolve("party"),
                new PartyConfig(SELF, Role.SILO, "org-of-silo-1", "demo", broker.bootstrap(), "", Optional.empty()),
                federation.authority.verifyingKey(),
                federation.identities.get(SELF));
        agent = Agent.start(party, AgentConfig.defaults().withServices(List.of(new Probe(started))));
    }

    @AfterEach
    void stop() {
        agent.close();
        producer.close();
        broker.close();
    }

    private void send(String topic, byte[] key, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(topic, key, value)).get(30, TimeUnit.SECONDS);
    }

    private AgentContext context() throws Exception {
        return started.get(30, TimeUnit.SECONDS);
    }

    private void awaitKey(String party) throws Exception {
        assertThat(context().awaitRegistry(view -> view.kemKey(party, 1)))
                .contains(federation.kemKeys.get(party).publicKey());
    }

    /** What a reader sees under the agent's key who comes after compaction: the last record. */
    private Optional<byte[]> lastOfOwnTopic(KafkaConsumer<byte[], byte[]> consumer) {
        TopicPartition partition = new TopicPartition(TOPICS.keys(SELF), 0);
        byte[] key = "key-bundle/silo-1/1".getBytes(StandardCharsets.UTF_8);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        Optional<byte[]> last = Optional.empty();
        while (consumer.position(partition) < end) {
            for (var record : consumer.poll(Duration.ofMillis(100))) {
                last = Arrays.equals(record.key(), key) ? Optional.ofNullable(record.value()) : last;
            }
        }
        return last;
    }

    private byte[] awaitOwn(KafkaConsumer<byte[], byte[]> consumer, byte[] junk) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - deadline < 0) {
            Optional<byte[]> last = lastOfOwnTopic(consumer);
            if (last.isPresent() && !Arrays.equals(last.get(), junk)) {
                return last.get();
            }
        }
        throw new AssertionError("the agent's key bundle is not in its topic within " + PATIENCE);
    }

    @Test
    void aBundleThatWasDisplacedIsPublishedAgain() throws Exception {
        byte[] key = "key-bundle/silo-1/1".getBytes(StandardCharsets.UTF_8);
        byte[] junk = new byte[40];
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrap()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            byte[] bundle = awaitOwn(consumer, junk);
            for (byte[] other : new byte[][] {junk, null}) {
                send(TOPICS.keys(SELF), key, other);
                assertThat(awaitOwn(consumer, junk)).isEqualTo(bundle);
            }
        }
    }

    @Test
    void keysOfPartiesThatAreEnrolledLaterAreSeenWithoutARestart() throws Exception {
        awaitKey(OTHER);
        assertThat(context().registry().<Boolean>read(view -> view.subjects().contains(LATE)))
                .isFalse();
        Document enrolment = federation.enrolLate(LATE);
        send(TOPICS.registry(), enrolment.keyBytes(), enrolment.record());
        assertThat(context().awaitRegistry(view -> view.enrolment(LATE))).isPresent();
        // Its topic is made later than it is enrolled.
        broker.create(List.of(TOPICS.keys(LATE)));
        Document bundle = federation.keyBundle(LATE);
        send(TOPICS.keys(LATE), bundle.keyBytes(), bundle.record());
        awaitKey(LATE);
        assertThat(agent.health().components())
                .filteredOn(component -> component.name().equals(RegistryFollower.COMPONENT))
                .singleElement()
                .satisfies(component -> assertThat(component.healthy()).isTrue());
    }

    @Test
    void theRegistryIsLoadedOnceThePartiesOwnTopicsAreReadToo() throws Exception {
        AgentContext context = context();
        boolean complete = context.awaitRegistry(view -> context.registry().loaded()
                        ? Optional.of(Stream.of(OTHER, "silo-3")
                                .allMatch(party -> view.kemKey(party, 1).isPresent()))
                        : Optional.empty())
                .orElseThrow();
        assertThat(complete).isTrue();
    }
}
