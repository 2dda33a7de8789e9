package org.silofold.demo.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.demo.local.EmbeddedBroker;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryDocuments;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
class RunLogTest {
    private static final Topics TOPICS = new Topics("");
    private static final byte[] NOTE = {1};
    private static final Digest COHORT = Digest.sha256(NOTE);

    @TempDir
    Path directory;

    @Test
    void whatTheAggregatorNotesForItselfIsNotCounted() throws Exception {
        List<Exception> failures = new CopyOnWriteArrayList<>();
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                SigningKey root = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65);
                SigningKey aggregator = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65);
                SigningKey silo = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            createTopics(broker);
            RegistryDocuments authority = new RegistryDocuments("heart", "authority", root);
            List<RegistryDocuments.Document> documents = List.of(
                    authority.enrolment(
                            "aggregator", "org", Role.AGGREGATOR, 1, 0, Long.MAX_VALUE, aggregator.verifyingKey()),
                    authority.enrolment("a", "org-a", Role.SILO, 1, 0, Long.MAX_VALUE, silo.verifyingKey()),
                    authority.roster(
                            1, 1, List.of("a"), List.of("a", "b", "c"), "aggregator", List.of(), Long.MAX_VALUE));
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", broker.bootstrap()),
                    new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                for (RegistryDocuments.Document document : documents) {
                    producer.send(new ProducerRecord<>(TOPICS.registry(), document.keyBytes(), document.record()))
                            .get();
                }
                for (byte[] said : List.of(NOTE, vote(silo))) {
                    producer.send(new ProducerRecord<>(TOPICS.votes("a"), Topics.modelKey("risk"), said))
                            .get();
                }
                producer.send(new ProducerRecord<>(TOPICS.unmaskRequests(), Topics.fenceKey("risk"), NOTE))
                        .get();
                producer.send(new ProducerRecord<>(TOPICS.modelManifests(), Topics.fenceKey("risk"), NOTE))
                        .get();
                producer.send(new ProducerRecord<>(TOPICS.modelManifests(), Topics.brokenKey("risk"), NOTE))
                        .get();
                // Junk of a party's is the job's to count; that under a model's key is counted, so whoever waits for
                // both sees that the notes were read.
                producer.send(new ProducerRecord<>(TOPICS.unmaskRequests(), Topics.modelKey("risk"), NOTE))
                        .get();
                producer.send(new ProducerRecord<>(TOPICS.modelManifests(), Topics.modelKey("risk"), NOTE))
                        .get();
            }
            try (RunLog log =
                    new RunLog(broker.bootstrap(), "heart", root.verifyingKey(), List.of("a"), false, failures::add)) {
                log.start();
                while ((counted(log) < 2 || log.facts().voteTime(COHORT, 1).isEmpty()) && failures.isEmpty()) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                }
                assertThat(log.facts().rejections()).isEqualTo(Map.of("malformed-frame", 2L));
            }
        }
        assertThat(failures).isEmpty();
    }

    /** A vote that verifies: once it is known, what lies before it was read. */
    private static byte[] vote(SigningKey silo) {
        Context context = new Context(
                Context.VERSION,
                Suite.ML_KEM_768_ML_DSA_65.text(),
                "heart",
                1,
                COHORT,
                1,
                "risk",
                "a",
                Purpose.UNMASK_VOTE);
        UnmaskVote vote = new UnmaskVote(context, new Buffer(1, 1), COHORT, Optional.empty(), List.of());
        return SignedRecords.seal(vote, new byte[0], silo);
    }

    private static long counted(RunLog log) {
        return log.facts().rejections().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static void createTopics(EmbeddedBroker broker) throws Exception {
        List<NewTopic> topics = new ArrayList<>();
        for (String name : List.of(
                TOPICS.registry(),
                TOPICS.unmaskRequests(),
                TOPICS.modelManifests(),
                TOPICS.fates(),
                TOPICS.rejections(),
                TOPICS.manifests("a"),
                TOPICS.votes("a"),
                TOPICS.responses("a"))) {
            topics.add(new NewTopic(name, 1, (short) 1));
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            admin.createTopics(topics).all().get();
        }
    }
}
