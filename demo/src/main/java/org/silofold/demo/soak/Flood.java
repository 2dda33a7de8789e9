package org.silofold.demo.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
 * One silo sends {@value #PER_SECOND} records a second more than it should: by turns its newest valid records once more, signature and all,
 * and junk as long as these; and with each {@value #TINY} records of one byte, which cost it next to nothing.
 */
final class Flood implements AutoCloseable {
    private static final int PER_SECOND = 200;
    private static final int TINY = 10;
    private static final int KEPT = 20;
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Topics TOPICS = new Topics("");

    private final KafkaProducer<byte[], byte[]> producer;
    private final List<ConsumerRecord<byte[], byte[]>> own;
    private final Random random;

    Flood(String bootstrap, String silo, Random random) {
        this.random = random;
        this.own = newest(bootstrap, List.of(TOPICS.updates(silo), TOPICS.manifests(silo)));
        this.producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static List<ConsumerRecord<byte[], byte[]>> newest(String bootstrap, List<String> topics) {
        List<ConsumerRecord<byte[], byte[]>> newest = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : topics) {
                consumer.partitionsFor(topic)
                        .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
            }
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            ends.forEach((partition, end) -> consumer.seek(partition, Math.max(begins.get(partition), end - KEPT)));
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(POLL).forEach(newest::add);
            }
        }
        return newest;
    }

    /**
     * Goes on for this long; returns how many records it sent.
     *
     * @throws ClusterException if the broker does not take them, or there is nothing to send again
     */
    int run(Duration lasts) throws ClusterException, InterruptedException {
        if (own.isEmpty()) {
            throw new ClusterException("the silo has sent nothing that could be sent again");
        }
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        long done = 0;
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < lasts.toNanos()) {
            long due = (System.nanoTime() - begin) / (TimeUnit.SECONDS.toNanos(1) / PER_SECOND);
            for (; done < due; done++) {
                ConsumerRecord<byte[], byte[]> record = own.get(random.nextInt(own.size()));
                byte[] value = record.value();
                if (done % 2 == 0) {
                    value = new byte[value.length];
                    random.nextBytes(value);
                }
                sent.add(producer.send(new ProducerRecord<>(record.topic(), record.partition(), record.key(), value)));
                for (int i = 0; i < TINY; i++) {
                    sent.add(
                            producer.send(new ProducerRecord<>(record.topic(), record.partition(), null, new byte[1])));
                }
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        for (Future<RecordMetadata> each : sent) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new ClusterException(
                        "the broker refuses the flood: " + e.getCause().getMessage(), e);
            }
        }
        return sent.size();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }
}
