package org.silofold.job;

import java.util.List;

/**
 * The operators' uids. State in a savepoint belongs to a uid: once released, one never changes and is never given to another operator.
 * Each is written out in full, so that a search finds it.
 */
public final class Uids {
    /** Source of the registry and of the parties' key bundles. */
    public static final String SOURCE_REGISTRY = "source-registry-v1";
    /** Source of the silos' shards. */
    public static final String SOURCE_UPDATES = "source-updates-v1";
    /** Source of manifests, receipts, votes and responses. */
    public static final String SOURCE_FACTS = "source-facts-v1";
    /** Source of the initial models. */
    public static final String SOURCE_INITIAL_MODELS = "source-initial-models-v1";
    /** Source of the aggregator's own requests and manifests. */
    public static final String SOURCE_OWN_LOG = "source-own-log-v1";
    /** Verifies the registry's documents. */
    public static final String REGISTRY = "registry-v1";
    /** Verifies, opens and checks every other record. */
    public static final String VERIFY_UNWRAP = "verify-unwrap-v1";
    /** Decides. */
    public static final String COORDINATE = "coordinate-v1";
    /** Sums, unmasks and steps a shard. */
    public static final String FOLD = "fold-v1";
    /** Signs the shards of model versions. */
    public static final String SIGN_SHARDS = "sign-shards-v1";
    /** Signs model manifests and the audit chain. */
    public static final String PUBLISH = "publish-v1";
    /** Signs rejections. */
    public static final String SIGN_REJECTIONS = "sign-rejections-v1";
    /** Sink of the models topic. */
    public static final String SINK_MODELS = "sink-models-v1";
    /** Sink of requests, model manifests, fates and audit entries. */
    public static final String SINK_DECISIONS = "sink-decisions-v1";
    /** Sink of rejections. */
    public static final String SINK_REJECTIONS = "sink-rejections-v1";

    private Uids() {}

    /** All of them, in the order of the flow. */
    public static List<String> all() {
        return List.of(
                SOURCE_REGISTRY,
                SOURCE_UPDATES,
                SOURCE_FACTS,
                SOURCE_INITIAL_MODELS,
                SOURCE_OWN_LOG,
                REGISTRY,
                VERIFY_UNWRAP,
                COORDINATE,
                FOLD,
                SIGN_SHARDS,
                PUBLISH,
                SIGN_REJECTIONS,
                SINK_MODELS,
                SINK_DECISIONS,
                SINK_REJECTIONS);
    }
}
