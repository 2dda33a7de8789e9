package org.silofold.demo.soak;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.silofold.demo.cluster.Cluster;
import org.silofold.demo.cluster.Part;
import org.silofold.schemas.Topics;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.SiloException;
import org.silofold.silo.sdk.UpdateStatus;

/**
 * Waits for a moment at which a kill may hurt. It waits {@value #PATIENCE_SECONDS} seconds at most: what does not come then is no reason not
 * to kill.
 *
 * @param cluster whose agents are watched
 */
record Moments(Cluster cluster) {
    private static final int PATIENCE_SECONDS = 20;
    private static final Duration POLL = Duration.ofMillis(5);
    private static final int SOON_MILLIS = 40;
    private static final Topics TOPICS = new Topics("");

    private static final List<UpdateStatus.State> STATES = List.of(
            UpdateStatus.State.NOT_SENT,
            UpdateStatus.State.SENT,
            UpdateStatus.State.ACCEPTED,
            UpdateStatus.State.JOINED,
            UpdateStatus.State.IN_VERSION);

    /** Until the newest update of an agent is in the state whose turn it is; returns the state in which it is, in words. */
    String publishing(Part agent, int turn) throws InterruptedException {
        UpdateStatus.State wanted = STATES.get(turn % STATES.size());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        Optional<UpdateStatus.State> is = Optional.empty();
        while (System.nanoTime() - deadline < 0) {
            try (Silo silo = Silo.connect(cluster.party(agent.silo()))) {
                is = silo.updates().stream()
                        .max(Comparator.comparingLong(UpdateStatus::baseVersion))
                        .map(UpdateStatus::state);
            } catch (SiloException notNow) {
                is = Optional.empty();
            }
            if (is.filter(wanted::equals).isPresent()) {
                break;
            }
        }
        return "its newest update " + is.map(UpdateStatus.State::code).orElse("unknown");
    }

    /** Until a member is asked for a vote or has given one, and a little longer; returns which, in words. */
    String voting(Part agent, int pick) throws InterruptedException {
        boolean asked = pick % 2 == 0;
        String topic = asked ? TOPICS.unmaskRequests() : TOPICS.votes(agent.silo());
        boolean seen = awaitRecord(topic);
        int later = asked ? pick / 2 % SOON_MILLIS : 0;
        TimeUnit.MILLISECONDS.sleep(later);
        if (!seen) {
            return "no vote came";
        }
        return asked ? later + " ms after it was asked for its vote" : "as soon as its vote was there";
    }

    /** Until a checkpoint has just been written, and what it counts on is perhaps not yet committed; returns which, in words. */
    String checkpoint() throws IOException, InterruptedException {
        Optional<Path> before = cluster.newestCheckpoint();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() - deadline < 0) {
            Optional<Path> newest = cluster.newestCheckpoint();
            if (newest.isPresent() && !newest.equals(before)) {
                return "as soon as " + newest.get().getFileName() + " was written";
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return "no checkpoint came";
    }

    private boolean awaitRecord(String topic) {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                cluster.bootstrap(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (System.nanoTime() - deadline < 0) {
                if (!consumer.poll(POLL).isEmpty()) {
                    return true;
                }
            }
            return false;
        }
    }
}
