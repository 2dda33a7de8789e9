package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.silo.TestBroker;

/** A follower and a topic on a real broker. */
@Timeout(120)
class TopicFollowerTest {
    private static final String TOPIC = "topic";
    private static final int BEFORE = 2000;
    private static final int AT_ONCE = 20;
    private static final int ENOUGH = 5 * BEFORE;

    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(10);

    /** Writes twice as many records as the follower hands it: who reads up to a topic's end as it is now never arrives. */
    private static final class Outrun implements TopicFollower.Handler {
        private final KafkaProducer<byte[], byte[]> producer;
        private final Runnable stop;
        private int handled;
        private int handledWhenCaughtUp = -1;

        Outrun(KafkaProducer<byte[], byte[]> producer, Runnable stop) {
            this.producer = producer;
            this.stop = stop;
        }

        @Override
        public void handle(ConsumerRecord<byte[], byte[]> record) {
            if (++handled % AT_ONCE == 0) {
                write(producer, 2 * AT_ONCE);
            }
            if (handled == ENOUGH) {
                stop.run();
            }
        }

        @Override
        public void caughtUp() {
            handledWhenCaughtUp = handled;
            stop.run();
        }
    }

    /** Returns once the broker has them, in this order. */
    private static void write(KafkaProducer<byte[], byte[]> producer, int records) {
        Future<RecordMetadata> last = null;
        for (int i = 0; i < records; i++) {
            last = producer.send(new ProducerRecord<>(TOPIC, new byte[1], new byte[1]));
        }
        try {
            last.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoWritesWithoutEndKeepsNobodyFromHavingReadWhatWasThere() throws Exception {
        try (TestBroker broker = TestBroker.start(directory.resolve("broker"), List.of(TOPIC));
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrap()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                TestAgent agent = TestAgent.open(
                        federation, federation.party(directory.resolve("party"), "silo-1", broker.bootstrap()))) {
            write(producer, BEFORE);
            LocalAgentContext context = everyMillisecond(agent);
            Outrun outrun = new Outrun(producer, context::stop);
            new TopicFollower("follower", List.of(TOPIC), false, outrun).run(context);
            assertThat(outrun.handledWhenCaughtUp)
                    .as("records handled when the follower had caught up")
                    .isBetween(BEFORE, ENOUGH - 1);
        }
    }

    /** With a heartbeat before every poll, at which a follower looks for the topics' ends. */
    private static LocalAgentContext everyMillisecond(TestAgent agent) {
        AgentConfig usual = AgentConfig.defaults();
        AgentConfig config = new AgentConfig(
                Clock.systemUTC(),
                0,
                usual.poll(),
                Duration.ofMillis(1),
                usual.firstRetry(),
                usual.lastRetry(),
                usual.stopTimeout(),
                List.of());
        return new LocalAgentContext(
                agent.party, config, agent.context.registry(), agent.chain, agent.health, agent.changes);
    }
}
