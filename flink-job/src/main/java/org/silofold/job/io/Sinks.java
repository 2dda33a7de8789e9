package org.silofold.job.io;

import java.util.List;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.ClosingSink;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.silofold.job.config.JobConfig;
import org.silofold.job.config.JobOption;
import org.silofold.job.event.OutRecord;
import org.silofold.schemas.Deployment;
import org.silofold.schemas.Topics;

/**
 * The job's sinks, exactly once. What the aggregator decides (requests, model manifests, fates, audit entries) leaves through one sink, so each
 * checkpoint makes all of it visible at once; a flood of rejections has a sink of its own. The prefix of transactional ids is fixed by
 * deployment and sink: a restarted job must find and end its predecessor's transactions.
 */
public final class Sinks {
    private static final TransactionNamingStrategy NAMING = TransactionNamingStrategy.POOLING;

    private final JobConfig config;
    private final Topics topics;
    private final Deployment deployment;
    private final Properties client;

    /**
     * @param config where Kafka is
     */
    public Sinks(JobConfig config) {
        this.config = config;
        this.topics = new Topics(config.get(JobOption.TOPIC_PREFIX));
        this.deployment = new Deployment(config.get(JobOption.DEPLOYMENT));
        this.client = ClientProperties.of(config);
    }

    /** Shards of model versions. */
    public Sink<OutRecord> models() {
        return sink(Deployment.Sink.MODELS, topics.models());
    }

    /** Requests, model manifests, fates and audit entries. */
    public Sink<OutRecord> decisions() {
        return sink(
                Deployment.Sink.DECISIONS,
                topics.unmaskRequests(),
                topics.modelManifests(),
                topics.fates(),
                topics.audit());
    }

    /** Rejections. */
    public Sink<OutRecord> rejections() {
        return sink(Deployment.Sink.REJECTIONS, topics.rejections());
    }

    private Sink<OutRecord> sink(Deployment.Sink sink, String... into) {
        String prefix = deployment.transactions(sink);
        OutRecordSchema schema = new OutRecordSchema(List.of(into));
        KafkaSink<OutRecord> kafka = KafkaSink.<OutRecord>builder()
                .setKafkaProducerConfig(client)
                .setBootstrapServers(config.get(JobOption.BOOTSTRAP_SERVERS))
                .setRecordSerializer(schema)
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(prefix)
                .setTransactionNamingStrategy(NAMING)
                .setProperty(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, config.get(JobOption.TRANSACTION_TIMEOUT))
                .setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none")
                .build();
        return new ClosingSink<>(kafka, prefix, schema, NAMING);
    }
}
