package org.silofold.silo.auditor;

import java.util.List;
import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelManifest.MetricSum;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.registry.Policy;

/** Manifests and policies with one field changed. */
public final class Manifests {
    private Manifests() {}

    private static ModelManifest with(
            ModelManifest m,
            List<UpdateRef> cohort,
            Digest root,
            double weights,
            List<MetricSum> metrics,
            String optimizer,
            Digest secretSum) {
        return new ModelManifest(
                m.context(),
                m.version(),
                m.previousDigest(),
                m.attempt(),
                cohort,
                root,
                m.shardCount(),
                m.modelSpecDigest(),
                weights,
                metrics,
                optimizer,
                secretSum,
                m.privacy(),
                m.voidVersion());
    }

    public static ModelManifest withCohort(ModelManifest m, List<UpdateRef> cohort) {
        return with(m, cohort, m.shardsRoot(), m.sumOfWeights(), m.metrics(), m.optimizer(), m.secretSumDigest());
    }

    public static ModelManifest withRoot(ModelManifest m, Digest root) {
        return with(m, m.cohort(), root, m.sumOfWeights(), m.metrics(), m.optimizer(), m.secretSumDigest());
    }

    static ModelManifest withWeights(ModelManifest m, double weights) {
        return with(m, m.cohort(), m.shardsRoot(), weights, m.metrics(), m.optimizer(), m.secretSumDigest());
    }

    static ModelManifest withMetrics(ModelManifest m, List<MetricSum> metrics) {
        return with(m, m.cohort(), m.shardsRoot(), m.sumOfWeights(), metrics, m.optimizer(), m.secretSumDigest());
    }

    public static ModelManifest withOptimizer(ModelManifest m, String optimizer) {
        return with(m, m.cohort(), m.shardsRoot(), m.sumOfWeights(), m.metrics(), optimizer, m.secretSumDigest());
    }

    static ModelManifest withSecretSum(ModelManifest m, Digest secretSum) {
        return with(m, m.cohort(), m.shardsRoot(), m.sumOfWeights(), m.metrics(), m.optimizer(), secretSum);
    }

    static ModelManifest withPrivacy(ModelManifest m, Optional<ModelManifest.PrivacySpent> privacy) {
        return new ModelManifest(
                m.context(),
                m.version(),
                m.previousDigest(),
                m.attempt(),
                m.cohort(),
                m.shardsRoot(),
                m.shardCount(),
                m.modelSpecDigest(),
                m.sumOfWeights(),
                m.metrics(),
                m.optimizer(),
                m.secretSumDigest(),
                privacy,
                m.voidVersion());
    }

    /** A manifest of that version, void instead. */
    static ModelManifest voided(ModelManifest m, Digest root, Digest document) {
        return new ModelManifest(
                m.context(),
                m.version(),
                m.previousDigest(),
                0,
                List.of(),
                root,
                m.shardCount(),
                m.modelSpecDigest(),
                0,
                List.of(),
                m.optimizer(),
                Digest.ZERO,
                Optional.empty(),
                Optional.of(document));
    }

    static Policy withLearningRate(Policy p, double learningRate) {
        return with(p, learningRate, p.maxVoids());
    }

    static Policy withMaxVoids(Policy p, int maxVoids) {
        return with(p, p.learningRate(), maxVoids);
    }

    private static Policy with(Policy p, double learningRate, int maxVoids) {
        return new Policy(
                p.context(),
                p.sequence(),
                p.collusionBound(),
                p.minCohort(),
                p.maxCohort(),
                p.bufferSize(),
                p.bufferAgeMillis(),
                p.minSameBase(),
                p.slack(),
                p.extraResponses(),
                p.stalenessBound(),
                p.expiryMillis(),
                p.voteTimeoutMillis(),
                p.responseTimeoutMillis(),
                p.maxInFlight(),
                p.suites(),
                p.parameterSet(),
                p.clip(),
                p.weightRule(),
                p.examplesCap(),
                p.stalenessExponent(),
                p.minWeight(),
                p.optimizer(),
                learningRate,
                p.beta1(),
                p.beta2(),
                p.adaptivity(),
                maxVoids,
                p.auditor(),
                p.privacy());
    }
}
