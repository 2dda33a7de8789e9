package org.silofold.silo.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.silofold.schemas.Topics;

/** Brings the authority's documents and version 0 to Kafka. Publishing again what is there already does no harm. */
public final class RegistryPublisher implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 30;

    private final Topics topics;
    private final String bootstrap;
    private final KafkaProducer<byte[], byte[]> producer;

    /**
     * @param clientConfig further Kafka client settings, for TLS and such; may be empty
     */
    public RegistryPublisher(AuthorityConfig config, Properties clientConfig) {
        this.topics = new Topics(config.topicPrefix());
        this.bootstrap = config.bootstrap();
        Properties settings = new Properties();
        settings.putAll(clientConfig);
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "15000");
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "25000");
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Publishes all documents.
     *
     * @return how many
     * @throws AdminException if the broker does not take them
     */
    public int documents(Authority authority) throws IOException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (Map.Entry<String, byte[]> document : authority.documents().entrySet()) {
            sent.add(send(topics.registry(), document.getKey().getBytes(StandardCharsets.UTF_8), document.getValue()));
        }
        await(sent);
        return sent.size();
    }

    /** Publishes version 0's shards. */
    public void initialModel(Authority authority, String model, InitialModel initial) {
        for (int i = 0; i < initial.layout().shards(); i++) {
            byte[] record = authority.initialShard(model, initial, i);
            await(List.of(send(topics.initialModels(), Topics.modelShardKey(model, i), record)));
        }
    }

    /** Fails at once if the topic is not known within the time to block, instead of blocking as long for each record. */
    private Future<RecordMetadata> send(String topic, byte[] key, byte[] value) {
        Future<RecordMetadata> sent = producer.send(new ProducerRecord<>(topic, key, value));
        if (sent.isDone()) {
            await(List.of(sent));
        }
        return sent;
    }

    private void await(List<Future<RecordMetadata>> sent) {
        for (Future<RecordMetadata> record : sent) {
            try {
                record.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                String hint = e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException
                        ? " (is the broker up, and are the topics made?)"
                        : "";
                throw new AdminException(bootstrap + ": " + e.getCause().getMessage() + hint, e);
            } catch (TimeoutException e) {
                throw new AdminException(bootstrap + ": no answer within " + TIMEOUT_SECONDS + " s", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AdminException("interrupted", e);
            }
        }
    }

    @Override
    public void close() {
        producer.close(java.time.Duration.ofSeconds(5));
    }
}
