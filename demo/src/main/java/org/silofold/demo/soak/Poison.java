package org.silofold.demo.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.silofold.demo.cluster.ClusterException;
import org.silofold.schemas.Topics;

/**
 * Puts junk among what silos and members send: after every nine records one that is none, in the same topic. It may be random bytes, nothing,
 * a record cut short, or one with a bit turned over, which only its signature gives away.
 */
final class Poison implements AutoCloseable {
    /** Of ten records one is junk. */
    private static final int HONEST = 9;

    private static final int LONGEST_JUNK = 2_000;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Topics TOPICS = new Topics("");

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Random random;
    private long seen;

    Poison(String bootstrap, List<String> silos, Random random) {
        this.random = random;
        this.producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (String silo : silos) {
            for (String topic : List.of(
                    TOPICS.updates(silo),
                    TOPICS.manifests(silo),
                    TOPICS.receipts(silo),
                    TOPICS.votes(silo),
                    TOPICS.responses(silo))) {
                consumer.partitionsFor(topic)
                        .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
            }
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    /**
     * Goes on for this long; returns how many records it put in.
     *
     * @throws ClusterException if the broker does not take them
     */
    int run(Duration lasts) throws ClusterException, InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        long deadline = System.nanoTime() + lasts.toNanos();
        while (System.nanoTime() - deadline < 0) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                // Its own junk comes by as well, and counts as what it is: one in ten.
                if (++seen % (HONEST + 1) == 0) {
                    sent.add(producer.send(new ProducerRecord<>(record.topic(), record.key(), junk(record.value()))));
                }
            }
        }
        for (Future<RecordMetadata> each : sent) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new ClusterException(
                        "the broker refuses junk: " + e.getCause().getMessage(), e);
            }
        }
        return sent.size();
    }

    private byte[] junk(byte[] value) {
        if (value == null || value.length == 0) {
            return new byte[] {1};
        }
        return switch (random.nextInt(4)) {
            case 0 -> {
                byte[] bytes = new byte[random.nextInt(LONGEST_JUNK)];
                random.nextBytes(bytes);
                yield bytes;
            }
            case 1 -> new byte[0];
            case 2 -> Arrays.copyOf(value, random.nextInt(value.length));
            default -> {
                byte[] turned = value.clone();
                turned[random.nextInt(turned.length)] ^= (byte) (1 << random.nextInt(8));
                yield turned;
            }
        };
    }

    @Override
    public void close() {
        consumer.close();
        producer.close(Duration.ofSeconds(10));
    }
}
