package org.silofold.silo.auditor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;
import org.silofold.silo.TestBroker;

/** The auditor's reading of a real broker's topics. */
class LogFollowerTest extends VersionAudits {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Topics TOPICS = new Topics("");

    @Test
    void aTopicThatIsNotThereIsNotReadToItsEndAndForgedCopiesHideNothing() throws Exception {
        String first = TOPICS.manifests(FIRST);
        String second = TOPICS.manifests(SECOND);
        try (TestBroker broker = TestBroker.start(directory.resolve("broker"), List.of(first));
                AuditStore store = AuditStore.open(directory.resolve("audit.db"));
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.bootstrap(), "auto.offset.reset", "none"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            LogFollower follower = new LogFollower(TOPICS, store, new Verifier(new Enrolled()), consumer);
            follower.follow(List.of(first, second));
            assertThat(follower.unseen(List.of(first, second))).containsExactly(second);
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
                admin.createTopics(List.of(new NewTopic(second, 1, (short) 1)))
                        .all()
                        .get();
            }
            UpdateRef ref = one.cohort().get(0);
            byte[] genuine = federation.log.get(MemoryLog.manifestName(ref));
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", broker.bootstrap()),
                    new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                for (int i = 0; i < 2 * PlaceTable.MOST; i++) {
                    // What does not match its signed header, job and members refuse.
                    producer.send(new ProducerRecord<>(first, flipLast(genuine.clone())))
                            .get();
                }
                producer.send(new ProducerRecord<>(first, genuine)).get();
            }
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!follower.unseen(List.of(first, second)).isEmpty() || !follower.reached(follower.end())) {
                assertThat(System.nanoTime()).as("not read in time").isLessThan(deadline);
                follower.follow(List.of(first, second));
                follower.poll(POLL);
            }
            List<Place> places = store.places()
                    .find(new Place.Name(
                            TopicKind.MANIFESTS, FIRST, ref.manifestDigest().toBytes(), 0));
            assertThat(places).hasSize(PlaceTable.MOST + 1);
            assertThat(places).anyMatch(place -> place.offset() == 2 * PlaceTable.MOST);
        }
    }
}
