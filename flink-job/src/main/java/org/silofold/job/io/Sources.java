package org.silofold.job.io;

import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.silofold.job.config.JobConfig;
import org.silofold.job.config.JobOption;
import org.silofold.job.event.RawRecord;
import org.silofold.schemas.Deployment;
import org.silofold.schemas.Topics;

/**
 * The job's sources. A job without state starts at the beginning of every topic, whatever offsets its group committed: what a committed
 * offset has passed is in the lost state and nowhere else. Ingress is read uncommitted, since a silo's open transaction would otherwise
 * hold the rest up; the job's own log is read committed, since only what is committed was said.
 */
public final class Sources {
    private static final String UNCOMMITTED = "read_uncommitted";
    private static final String COMMITTED = "read_committed";
    /** Records of up to 1 MB handed over at once, and bytes fetched at once: what a reader holds stays small beside the state. */
    private static final int POLL_RECORDS = 16;

    private static final int FETCH_BYTES = 16 << 20;
    /**
     * A reader takes a fetch of one partition to its end before it turns to the next: so many bytes of small records, or one batch that is
     * larger, is all that anybody's flood is ahead of the others. So where records are larger, a fetch brings one (KIP-74).
     */
    private static final int PARTITION_BYTES = 64 << 10;

    private final JobConfig config;
    private final Topics topics;
    private final Deployment deployment;
    private final Properties client;

    /**
     * @param config where Kafka is
     */
    public Sources(JobConfig config) {
        this.config = config;
        this.topics = new Topics(config.get(JobOption.TOPIC_PREFIX));
        this.deployment = new Deployment(config.get(JobOption.DEPLOYMENT));
        this.client = ClientProperties.of(config);
    }

    /** The registry's documents and every party's own key bundles, of parties that are enrolled later too. */
    public KafkaSource<RawRecord> registry() {
        Pattern documents = Pattern.compile(
                Pattern.quote(topics.registry()) + "|" + topics.keysPattern().pattern());
        return source(Deployment.Source.REGISTRY, UNCOMMITTED)
                .setTopicPattern(documents)
                .build();
    }

    /** The silos' shards. */
    public KafkaSource<RawRecord> updates() {
        return source(Deployment.Source.UPDATES, UNCOMMITTED)
                .setTopicPattern(topics.updatesPattern())
                .build();
    }

    /** Manifests, withdrawals, receipts, votes and responses. */
    public KafkaSource<RawRecord> facts() {
        Pattern any = Pattern.compile(String.join(
                "|",
                topics.manifestsPattern().pattern(),
                topics.withdrawalsPattern().pattern(),
                topics.receiptsPattern().pattern(),
                topics.votesPattern().pattern(),
                topics.responsesPattern().pattern()));
        return source(Deployment.Source.FACTS, UNCOMMITTED).setTopicPattern(any).build();
    }

    /** The shards of version 0. */
    public KafkaSource<RawRecord> initialModels() {
        return source(Deployment.Source.INITIAL_MODELS, UNCOMMITTED)
                .setTopics(topics.initialModels())
                .build();
    }

    /** The aggregator's own requests and model manifests. */
    public KafkaSource<RawRecord> ownLog() {
        return source(Deployment.Source.OWN_LOG, COMMITTED)
                .setTopics(topics.unmaskRequests(), topics.modelManifests())
                .build();
    }

    private KafkaSourceBuilder<RawRecord> source(Deployment.Source source, String isolation) {
        String id = deployment.group(source);
        return KafkaSource.<RawRecord>builder()
                .setProperties(client)
                .setBootstrapServers(config.get(JobOption.BOOTSTRAP_SERVERS))
                .setGroupId(id)
                .setClientIdPrefix(id)
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new RawRecordSchema())
                .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation)
                .setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.toString(POLL_RECORDS))
                .setProperty(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(FETCH_BYTES))
                .setProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Integer.toString(PARTITION_BYTES))
                .setProperty(
                        KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
                        config.get(JobOption.DISCOVERY_INTERVAL));
    }
}
