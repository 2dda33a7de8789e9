package org.silofold.schemas;

/**
 * What a job calls itself at a broker: its consumer groups and transactional ids, all of which begin with the name of its deployment. A
 * broker's ACLs name the same.
 *
 * <pre>
 *   name-source                    a consumer group
 *   name-sink-subtask-counter      a transactional id; Flink's Kafka sink puts the last two there
 * </pre>
 *
 * @param name of the deployment; one job at a time may have it
 */
public record Deployment(String name) {
    /** The name of a deployment that is not given one. */
    public static final String DEFAULT = "silofold";

    /** What the job reads in a consumer group of its own. */
    public enum Source {
        /** The registry's documents and the parties' key bundles. */
        REGISTRY("registry"),
        /** The silos' shards. */
        UPDATES("updates"),
        /** Manifests, receipts, votes and responses. */
        FACTS("facts"),
        /** The shards of version 0. */
        INITIAL_MODELS("initial-models"),
        /** The job's own requests and model manifests. */
        OWN_LOG("own-log");

        private final String word;

        Source(String word) {
            this.word = word;
        }

        /** Its word in a group id. */
        public String word() {
            return word;
        }
    }

    /** What the job writes in transactions of its own. */
    public enum Sink {
        /** Shards of model versions. */
        MODELS("models"),
        /** Requests, model manifests, fates and audit entries. */
        DECISIONS("decisions"),
        /** Rejections. */
        REJECTIONS("rejections");

        private final String word;

        Sink(String word) {
            this.word = word;
        }

        /** Its word in a transactional id. */
        public String word() {
            return word;
        }
    }

    /** @throws IllegalArgumentException if the name is blank */
    public Deployment {
        if (name.isBlank()) {
            throw new IllegalArgumentException("the deployment has no name");
        }
    }

    /** Id of the consumer group in which a source reads. */
    public String group(Source source) {
        return name + "-" + source.word;
    }

    /** What a sink's transactional ids begin with, before a hyphen. */
    public String transactions(Sink sink) {
        return name + "-" + sink.word;
    }
}
