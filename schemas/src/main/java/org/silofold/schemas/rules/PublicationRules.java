package org.silofold.schemas.rules;

import java.util.Map;
import org.silofold.protocol.message.AuditEntry;
import org.silofold.protocol.message.Countersignature;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Rejection;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.optimize.OptimizerKind;

/** Field ranges of what the aggregator publishes. */
final class PublicationRules {
    private static final Fields SHARD = new Fields("modelShard");
    private static final Fields MANIFEST = new Fields("modelManifest");
    private static final Fields COUNTERSIGNATURE = new Fields("countersignature");
    private static final Fields FATE = new Fields("updateFate");
    private static final Fields AUDIT = new Fields("auditEntry");
    private static final Fields REJECTION = new Fields("rejection");

    private PublicationRules() {}

    static void check(ModelShard shard) {
        SHARD.atLeast("version", shard.version(), 0);
        SHARD.range("shardCount", shard.shardCount(), 1, FieldLimits.SHARDS);
        SHARD.range("shardIndex", shard.shardIndex(), 0, shard.shardCount() - 1);
    }

    static void check(ModelManifest manifest) {
        MANIFEST.atLeast("version", manifest.version(), 0);
        MANIFEST.range("shardCount", manifest.shardCount(), 1, FieldLimits.SHARDS);
        MANIFEST.finite("sumOfWeights", manifest.sumOfWeights());
        MANIFEST.that(manifest.sumOfWeights() >= 0, "sumOfWeights", "below 0");
        MANIFEST.known("optimizer", manifest.optimizer(), OptimizerKind::ofCode);
        MANIFEST.count("metrics", manifest.metrics(), 0, FieldLimits.METRICS);
        for (ModelManifest.MetricSum metric : manifest.metrics()) {
            MANIFEST.visible("metrics.name", metric.name(), FieldLimits.SHORT_NAME);
            MANIFEST.finite("metrics.sum", metric.sum());
        }
        MANIFEST.distinct(
                "metrics.name",
                manifest.metrics().stream().map(ModelManifest.MetricSum::name).toList());
        MANIFEST.sortedRefs("cohort", manifest.cohort(), 0);
        manifest.privacy().ifPresent(PublicationRules::check);
        if (manifest.version() == 0) {
            MANIFEST.presence("voidVersion", manifest.voidVersion(), false);
            MANIFEST.presence("privacy", manifest.privacy(), false);
            checkUnopened(manifest);
        } else if (manifest.voidVersion().isPresent()) {
            MANIFEST.that(manifest.sumOfWeights() == 0, "sumOfWeights", "must be 0 in a void version");
            MANIFEST.that(manifest.metrics().isEmpty(), "metrics", "must be empty in a void version");
            checkUnopened(manifest);
        } else {
            MANIFEST.atLeast("attempt", manifest.attempt(), 1);
            MANIFEST.that(!manifest.cohort().isEmpty(), "cohort", "must not be empty in an opened version");
        }
    }

    /** Version 0 and void versions come of no cohort. */
    private static void checkUnopened(ModelManifest manifest) {
        MANIFEST.range("attempt", manifest.attempt(), 0, 0);
        MANIFEST.that(manifest.cohort().isEmpty(), "cohort", "must be empty where no cohort was opened");
        MANIFEST.that(
                manifest.secretSumDigest().equals(Digest.ZERO),
                "secretSumDigest",
                "must be zero where no cohort was opened");
    }

    private static void check(ModelManifest.PrivacySpent spent) {
        MANIFEST.finite("privacy.epsilon", spent.epsilon());
        MANIFEST.that(spent.epsilon() > 0, "privacy.epsilon", "not above 0");
        MANIFEST.that(spent.delta() > 0 && spent.delta() < 1, "privacy.delta", "not above 0 and below 1");
    }

    static void check(Countersignature signed) {
        COUNTERSIGNATURE.atLeast("version", signed.version(), 0);
    }

    static void check(UpdateFate fate) {
        FATE.name("silo", fate.silo());
        boolean ended = fate.kind() == UpdateFate.Kind.REFUSED || fate.kind() == UpdateFate.Kind.SPENT;
        FATE.presence("reason", fate.reason(), ended);
        switch (fate.kind()) {
            case ACCEPTED -> FATE.range("version", fate.version(), -1, -1);
            case JOINED, IN_VERSION -> FATE.atLeast("version", fate.version(), 1);
            case REFUSED, SPENT ->
                FATE.that(fate.version() == -1 || fate.version() >= 1, "version", "neither -1 nor a version from 1");
        }
    }

    static void check(AuditEntry entry) {
        AUDIT.atLeast("sequence", entry.sequence(), 0);
        AUDIT.code("event", entry.event());
        AUDIT.count("details", entry.details().keySet(), 0, FieldLimits.DETAILS);
        for (Map.Entry<String, String> detail : entry.details().entrySet()) {
            AUDIT.visible("details.name", detail.getKey(), FieldLimits.SHORT_NAME);
            AUDIT.line("details.value", detail.getValue(), FieldLimits.DETAIL_VALUE);
        }
    }

    static void check(Rejection rejection) {
        REJECTION.visible("topic", rejection.topic(), FieldLimits.TOPIC_NAME);
        REJECTION.atLeast("partition", rejection.partition(), 0);
        REJECTION.atLeast("offset", rejection.offset(), 0);
        REJECTION.line("detail", rejection.detail(), FieldLimits.LINE);
    }
}
