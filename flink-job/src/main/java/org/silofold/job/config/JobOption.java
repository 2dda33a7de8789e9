package org.silofold.job.config;

import java.util.Optional;
import org.silofold.schemas.Deployment;

/** The job's options: all there are. Keys are the same in the file and, after two hyphens, on the command line. */
public enum JobOption {
    FEDERATION("federation", null, "Name of the federation."),
    AGGREGATOR("aggregator", null, "Name of the aggregator in the roster, in whose name the job signs."),
    BOOTSTRAP_SERVERS("bootstrap-servers", null, "Kafka's bootstrap servers, host:port,..."),
    TOPIC_PREFIX("topic-prefix", "", "What comes before every topic name, joined by a dot."),
    CLIENT_CONFIG(
            "kafka-client-config",
            "",
            "File of Kafka client properties (TLS, SASL); secrets in it through a config provider."),
    AUTHORITY_KEY("authority-key-file", null, "File of the federation authority's public key (SubjectPublicKeyInfo)."),
    IDENTITY_KEY("identity-key-file", null, "File of the aggregator's private signing key (PEM)."),
    KEM_KEYS("kem-key-directory", null, "Directory of the aggregator's private KEM keys, kem-<epoch>.pem."),
    DEPLOYMENT(
            "deployment",
            Deployment.DEFAULT,
            "Begins consumer group and transactional ids; one job at a time may have it."),
    CHECKPOINT_DIRECTORY("checkpoint-directory", null, "URI under which checkpoints are kept."),
    CHECKPOINT_INTERVAL(
            "checkpoint-interval-ms", "10000", "Milliseconds between checkpoints; a version takes about two."),
    TRANSACTION_TIMEOUT(
            "transaction-timeout-ms",
            "600000",
            "Milliseconds a Kafka transaction may stay open: longer than any outage; at most 900000."),
    STATE_BACKEND("state-backend", "hashmap", "hashmap (state in the heap) or rocksdb (on local disk, incremental)."),
    PARALLELISM("parallelism", "1", "Parallelism of verify-unwrap and fold."),
    MAX_PARALLELISM("max-parallelism", "128", "Key groups; fixed for the life of the state."),
    DISCOVERY_INTERVAL("discovery-interval-ms", "10000", "Milliseconds between looks for new silos' topics."),
    PARK("park-ms", "30000", "How long a record waits for the registry to know its sender."),
    PARK_BYTES(
            "park-bytes",
            "67108864",
            "Most bytes of one silo or member that wait so, at each subtask; a record counts 16 KiB at least."),
    RESTART_DELAY(
            "restart-delay-ms",
            "1000",
            "First delay before a failed job restarts; doubles up to a minute, and the job never gives up.");

    private final String key;
    private final String byDefault;
    private final String description;

    JobOption(String key, String byDefault, String description) {
        this.key = key;
        this.byDefault = byDefault;
        this.description = description;
    }

    /** The option's name. */
    public String key() {
        return key;
    }

    /** The value of an option that is not given; empty if it must be given. */
    public Optional<String> byDefault() {
        return Optional.ofNullable(byDefault);
    }

    /** One line for a person. */
    public String description() {
        return description;
    }

    /** The option with this key. */
    public static Optional<JobOption> ofKey(String key) {
        for (JobOption option : values()) {
            if (option.key.equals(key)) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }
}
