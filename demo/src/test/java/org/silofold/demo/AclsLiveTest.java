package org.silofold.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.kafka.Desired;
import org.silofold.kafka.DesiredTopic;
import org.silofold.kafka.Federation;
import org.silofold.schemas.Deployment;
import picocli.CommandLine;

/** What {@code silofold topics apply} allows, tried by every party at a real broker with Kafka's authorizer. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class AclsLiveTest {
    private static final String AGGREGATOR = "aggregator";
    private static final Deployment DEPLOYMENT = new Deployment(Deployment.DEFAULT);
    private static final List<String> SILOS = List.of("a", "b");
    private static final List<String> MEMBERS = List.of("a", "b", "regulator");
    private static final List<String> ALL = List.of(AGGREGATOR, "authority", "a", "b", "regulator", "stranger");
    private static final List<String> TOPICS = Desired.of(
                    new Federation("", "silofold", AGGREGATOR, "authority", SILOS, MEMBERS, List.of(), (short) 1))
            .topics()
            .stream()
            .map(DesiredTopic::name)
            .toList();

    private static final Set<String> PUBLIC = Set.of(
            "registry",
            "keys.a",
            "keys.b",
            "keys.regulator",
            "keys.aggregator",
            "models",
            "model-manifests",
            "fates",
            "audit",
            "rejections");
    private static final Set<String> COMMITTEES = Set.of(
            "manifests.a",
            "manifests.b",
            "votes.a",
            "votes.b",
            "votes.regulator",
            "unmask-requests",
            "withdrawals.a",
            "withdrawals.b");
    private static final Set<String> ANSWERS = Set.of("never-voted.a", "never-voted.b", "never-voted.regulator");
    private static final Map<String, Set<String>> READS = Map.of(
            AGGREGATOR,
            Set.copyOf(TOPICS),
            "authority",
            PUBLIC,
            "a",
            union(union(PUBLIC, COMMITTEES), union(ANSWERS, Set.of("responses.a"))),
            "b",
            union(union(PUBLIC, COMMITTEES), union(ANSWERS, Set.of("responses.b"))),
            "regulator",
            union(union(PUBLIC, COMMITTEES), Set.of("responses.regulator", "never-voted.regulator")),
            "stranger",
            PUBLIC);
    private static final Map<String, Set<String>> WRITES = Map.of(
            AGGREGATOR,
            Set.of("keys.aggregator", "unmask-requests", "model-manifests", "models", "fates", "audit", "rejections"),
            "authority",
            Set.of("registry", "initial-models"),
            "a",
            Set.of(
                    "keys.a",
                    "updates.a",
                    "manifests.a",
                    "receipts.a",
                    "votes.a",
                    "responses.a",
                    "withdrawals.a",
                    "never-voted.a"),
            "b",
            Set.of(
                    "keys.b",
                    "updates.b",
                    "manifests.b",
                    "receipts.b",
                    "votes.b",
                    "responses.b",
                    "withdrawals.b",
                    "never-voted.b"),
            "regulator",
            Set.of(
                    "keys.regulator",
                    "receipts.regulator",
                    "votes.regulator",
                    "responses.regulator",
                    "never-voted.regulator"),
            "stranger",
            Set.of());

    @TempDir
    static Path directory;

    private static SecuredBroker broker;
    private static StringWriter said;

    @BeforeAll
    static void start() throws Exception {
        broker = new SecuredBroker(directory, ALL);
        assertThat(topics("apply")).isZero();
        awaitPlan(0);
        try (KafkaProducer<byte[], byte[]> producer = producer(DemoFederation.OPERATOR, Map.of())) {
            for (String topic : TOPICS) {
                producer.send(record(topic)).get();
            }
        }
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    private static int topics(String action) {
        said = new StringWriter();
        CommandLine silofold = Silofold.commandLine();
        silofold.setOut(new PrintWriter(said));
        silofold.setErr(new PrintWriter(said));
        return silofold.execute(
                "topics",
                action,
                "--bootstrap",
                broker.bootstrap(),
                "--client-config",
                broker.clientFile(DemoFederation.OPERATOR).toString(),
                "--silos",
                String.join(",", SILOS),
                "--members",
                String.join(",", MEMBERS));
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        Set<String> both = new TreeSet<>(a);
        both.addAll(b);
        return both;
    }

    private static ProducerRecord<byte[], byte[]> record(String topic) {
        byte[] bytes = topic.getBytes(StandardCharsets.US_ASCII);
        return new ProducerRecord<>(topic, 0, bytes, bytes);
    }

    private static KafkaProducer<byte[], byte[]> producer(String user, Map<String, String> more) {
        Properties settings = broker.client(user);
        settings.putAll(more);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String user, Map<String, String> more) {
        Properties settings = broker.client(user);
        settings.setProperty("enable.auto.commit", "false");
        settings.setProperty("auto.offset.reset", "earliest");
        settings.setProperty("allow.auto.create.topics", "false");
        settings.setProperty("fetch.max.wait.ms", "20");
        settings.putAll(more);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static boolean writes(String user, String topic) {
        try (KafkaProducer<byte[], byte[]> producer = producer(user, Map.of())) {
            producer.send(record(topic)).get();
            return true;
        } catch (ExecutionException | KafkaException e) {
            // A producer that may write nothing at all may fail before it is given a record.
            Throwable refusal = e instanceof AuthorizationException ? e : e.getCause();
            assertThat(refusal).as(user + " " + topic).isInstanceOf(AuthorizationException.class);
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean reads(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline) {
            try {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
                if (!records.isEmpty()) {
                    return true;
                }
            } catch (AuthorizationException e) {
                return false;
            }
        }
        throw new AssertionError("neither a record nor a refusal of " + topic);
    }

    private static Set<String> those(Predicate<String> may) {
        return TOPICS.stream().filter(may).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyoneReadsWhatIsForThemAndNothingElse() {
        for (String user : ALL) {
            try (KafkaConsumer<byte[], byte[]> consumer = consumer(user, Map.of())) {
                assertThat(those(topic -> reads(consumer, topic))).as(user).isEqualTo(new TreeSet<>(READS.get(user)));
            }
        }
    }

    @Test
    void everyoneWritesWhatIsTheirsAndNothingElse() {
        for (String user : ALL) {
            assertThat(those(topic -> writes(user, topic))).as(user).isEqualTo(new TreeSet<>(WRITES.get(user)));
        }
    }

    /** In a compacted topic the last record of a key displaces the others, whatever it holds. */
    @Test
    void aSiloCannotDisplaceAnothersKeyBundle() {
        byte[] key = "key-bundle/b/1".getBytes(StandardCharsets.US_ASCII);
        for (String topic : List.of("registry", "keys.b")) {
            try (KafkaProducer<byte[], byte[]> a = producer("a", Map.of())) {
                for (byte[] displacing : new byte[][] {new byte[40], null}) {
                    assertThatThrownBy(() -> a.send(new ProducerRecord<>(topic, 0, key, displacing))
                                    .get())
                            .as(topic)
                            .hasCauseInstanceOf(TopicAuthorizationException.class);
                }
            }
        }
    }

    private static void commitOffset(String user, String group, String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(user, Map.of("group.id", group))) {
            assertThat(reads(consumer, topic)).isTrue();
            consumer.commitSync();
            assertThat(consumer.committed(consumer.assignment()).values())
                    .allMatch(offset -> offset != null && offset.offset() > 0);
        }
    }

    @Test
    void theAggregatorAloneCommitsInTheJobsGroups() {
        for (Deployment.Source source : Deployment.Source.values()) {
            String group = DEPLOYMENT.group(source);
            commitOffset(AGGREGATOR, group, "registry");
            for (String other : List.of("a", "regulator", "authority", "stranger")) {
                assertThatThrownBy(() -> commitOffset(other, group, "registry"))
                        .as(other)
                        .isInstanceOf(GroupAuthorizationException.class);
            }
        }
        assertThatThrownBy(() -> commitOffset(AGGREGATOR, "elsewhere-registry", "registry"))
                .isInstanceOf(GroupAuthorizationException.class);
    }

    private static void inTransaction(String user, String transactionalId, String topic) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(user, Map.of("transactional.id", transactionalId))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record(topic)).get();
            producer.commitTransaction();
        }
    }

    @Test
    void theAggregatorAloneWritesInTheJobsTransactions() throws Exception {
        Map<Deployment.Sink, String> into = Map.of(
                Deployment.Sink.MODELS, "models",
                Deployment.Sink.DECISIONS, "unmask-requests",
                Deployment.Sink.REJECTIONS, "rejections");
        for (Deployment.Sink sink : Deployment.Sink.values()) {
            String id = DEPLOYMENT.transactions(sink) + "-0-1";
            inTransaction(AGGREGATOR, id, into.get(sink));
            for (String other : List.of("a", "regulator", "authority", "stranger")) {
                assertThatThrownBy(() -> inTransaction(other, id, "registry"))
                        .as(other)
                        .isInstanceOf(TransactionalIdAuthorizationException.class);
            }
        }
        assertThatThrownBy(() -> inTransaction(AGGREGATOR, "elsewhere-models-0-1", "models"))
                .isInstanceOf(TransactionalIdAuthorizationException.class);
    }

    @Test
    void anAclThatSomeoneWithdrewIsDriftAndIsMended() throws Exception {
        AclBindingFilter facts = new AclBindingFilter(
                new ResourcePatternFilter(ResourceType.GROUP, "silofold-facts", PatternType.LITERAL),
                new AccessControlEntryFilter("User:aggregator", "*", AclOperation.READ, AclPermissionType.ALLOW));
        try (Admin admin = Admin.create(broker.client(DemoFederation.OPERATOR))) {
            assertThat(admin.deleteAcls(List.of(facts)).all().get()).hasSize(1);
        }
        awaitPlan(3);
        assertThat(said.toString()).contains("+ allow User:aggregator to read group silofold-facts");
        assertThat(topics("apply")).isZero();
        assertThat(said.toString()).contains("applied 1 change(s)");
        awaitPlan(0);
    }

    /** The broker answers from metadata that follows the controller's by some milliseconds. */
    private static void awaitPlan(int code) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        int now = topics("plan");
        while (now != code && System.nanoTime() < deadline) {
            now = topics("plan");
        }
        assertThat(now).as(said.toString()).isEqualTo(code);
    }
}
