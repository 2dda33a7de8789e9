package org.silofold.schemas.codec;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Privacy;
import org.silofold.protocol.registry.Revocation;

/** One message for each purpose, always the same: {@link Samples}, and what the second revision added or changed. */
final class RevisionTwoSamples {
    private RevisionTwoSamples() {}

    static Map<Purpose, Message> all() {
        EnumMap<Purpose, Message> samples = new EnumMap<>(Samples.first());
        for (Message message : List.of(policy(), modelManifest(), revocation())) {
            samples.put(message.context().purpose(), message);
        }
        return samples;
    }

    private static Policy policy() {
        Policy first = Samples.policy();
        return new Policy(
                first.context(),
                first.sequence(),
                first.collusionBound(),
                first.minCohort(),
                first.maxCohort(),
                first.bufferSize(),
                first.bufferAgeMillis(),
                first.minSameBase(),
                first.slack(),
                first.extraResponses(),
                first.stalenessBound(),
                first.expiryMillis(),
                first.voteTimeoutMillis(),
                first.responseTimeoutMillis(),
                first.maxInFlight(),
                first.suites(),
                first.parameterSet(),
                first.clip(),
                "uniform",
                first.examplesCap(),
                0,
                1,
                first.optimizer(),
                first.learningRate(),
                first.beta1(),
                first.beta2(),
                first.adaptivity(),
                3,
                "auditor-1",
                Optional.of(new Privacy(0.75, 1.5, 2, 8, 1e-6)));
    }

    private static ModelManifest modelManifest() {
        ModelManifest first = Samples.modelManifest();
        return new ModelManifest(
                first.context(),
                first.version(),
                first.previousDigest(),
                first.attempt(),
                first.cohort(),
                first.shardsRoot(),
                first.shardCount(),
                first.modelSpecDigest(),
                first.sumOfWeights(),
                first.metrics(),
                first.optimizer(),
                first.secretSumDigest(),
                Optional.of(new ModelManifest.PrivacySpent(2.25, 1e-6)),
                Optional.empty());
    }

    private static Revocation revocation() {
        Revocation first = Samples.revocation();
        return new Revocation(first.context(), first.subject(), 3, first.fromMillis(), first.why(), 1_760_000_000_000L);
    }
}
