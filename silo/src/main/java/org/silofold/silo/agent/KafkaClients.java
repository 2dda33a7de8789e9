package org.silofold.silo.agent;

import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.silofold.silo.party.PartyDirectory;

/** Kafka clients with the settings that the protocol needs, over those of the party's client configuration file. */
public final class KafkaClients {
    /** A record is at most about 1 MB; a fetch takes a few of them. */
    private static final int FETCH_BYTES = 4 * 1024 * 1024;

    private static final int PARTITION_BYTES = 1280 * 1024;
    /**
     * The same of topics that many parties write: what a reader takes of one partition before it turns to the next, or one batch that is larger,
     * so that nobody's flood is further ahead of the others.
     */
    private static final int PARTYS_PARTITION_BYTES = 256 * 1024;

    private static final int BUFFER_BYTES = 8 * 1024 * 1024;
    private static final int REQUEST_BYTES = 1280 * 1024;
    private static final int FETCHER_WAIT_MILLIS = 20;

    private final PartyDirectory party;

    KafkaClients(PartyDirectory party) {
        this.party = party;
    }

    /**
     * A consumer without a group: the caller assigns partitions and seeks.
     *
     * @param suffix what the client's id ends with
     * @param readCommitted whether it waits for transactions to commit: for topics that the aggregator writes
     */
    public KafkaConsumer<byte[], byte[]> consumer(String suffix, boolean readCommitted) {
        return consumer(party.kafkaProperties(), party.name() + "-" + suffix, readCommitted);
    }

    /**
     * As {@link #consumer(String, boolean)}, for whoever has no party's directory.
     *
     * @param settings of the client, the broker's address among them
     * @param clientId what it calls itself
     */
    public static KafkaConsumer<byte[], byte[]> consumer(Properties settings, String clientId, boolean readCommitted) {
        return open(consumerProperties(settings, clientId, readCommitted));
    }

    /** A consumer as {@link #consumer(String, boolean)}, for single records: see {@link #fetcher(Properties, String, boolean)}. */
    public KafkaConsumer<byte[], byte[]> fetcher(String suffix, boolean readCommitted) {
        return fetcher(party.kafkaProperties(), party.name() + "-" + suffix, readCommitted);
    }

    /**
     * A consumer for single records by their offsets. A fetch of what follows the last record read is then often under way, and at a
     * topic's end the broker would keep it, and with it the next one, for half a second.
     */
    public static KafkaConsumer<byte[], byte[]> fetcher(Properties settings, String clientId, boolean readCommitted) {
        Properties properties = consumerProperties(settings, clientId, readCommitted);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, Integer.toString(FETCHER_WAIT_MILLIS));
        return open(properties);
    }

    private static Properties consumerProperties(Properties settings, String clientId, boolean readCommitted) {
        Properties properties = new Properties();
        properties.putAll(settings);
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, readCommitted ? "read_committed" : "read_uncommitted");
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(FETCH_BYTES));
        properties.put(
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                Integer.toString(readCommitted ? PARTITION_BYTES : PARTYS_PARTITION_BYTES));
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "10000");
        return properties;
    }

    private static KafkaConsumer<byte[], byte[]> open(Properties properties) {
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * An idempotent producer that waits for all replicas and never compresses: what it sends is encrypted, and the ingress topics
     * refuse compressed batches.
     *
     * @param suffix what the client's id ends with
     */
    public KafkaProducer<byte[], byte[]> producer(String suffix) {
        Properties properties = party.kafkaProperties();
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, party.name() + "-" + suffix);
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(BUFFER_BYTES));
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(REQUEST_BYTES));
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "10000");
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "30000");
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
