package org.silofold.schemas.codec;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Countersignature;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Privacy;
import org.silofold.protocol.registry.Revocation;
import org.silofold.protocol.registry.VoidVersion;

/** One message for each purpose, always the same: {@link Samples}, and what the second revision added or changed. */
final class RevisionTwoSamples {
    private RevisionTwoSamples() {}

    static Map<Purpose, Message> all() {
        EnumMap<Purpose, Message> samples = new EnumMap<>(Samples.first());
        for (Message message : List.of(
                policy(),
                modelManifest(),
                revocation(),
                voidVersion(),
                withdrawal(),
                neverVoted(),
                countersignature(),
                fence(),
                broken())) {
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

    private static VoidVersion voidVersion() {
        return new VoidVersion(
                Samples.documentContext(Purpose.VOID_VERSION, "risk", "authority"),
                1,
                43,
                Samples.filledDigest(0xc3),
                "a cohort was lost");
    }

    private static UpdateWithdrawal withdrawal() {
        return new UpdateWithdrawal(
                Samples.context(Purpose.UPDATE_WITHDRAWAL, "basel"), id(0x11), Samples.filledDigest(0xa1));
    }

    private static NeverVoted neverVoted() {
        return new NeverVoted(
                Samples.context(Purpose.NEVER_VOTED, "lyon"),
                List.of(
                        new UpdateRef("basel", id(0x11), Samples.filledDigest(0xa1)),
                        new UpdateRef("basel", id(0x12), Samples.filledDigest(0xb2))));
    }

    private static Countersignature countersignature() {
        return new Countersignature(
                Samples.context(Purpose.COUNTERSIGNATURE, "auditor-1"),
                42,
                Samples.filledDigest(0xa1),
                Samples.filledDigest(0xb2));
    }

    private static Fence fence() {
        return new Fence(
                Samples.context(Purpose.FENCE, "aggregator"), new StartId(0x0102030405060708L, 0xf1f2f3f4f5f6f7f8L));
    }

    private static CohortBroken broken() {
        return new CohortBroken(
                Samples.context(Purpose.COHORT_BROKEN, "aggregator"),
                new Buffer(42, 2),
                Samples.filledDigest(0xb2),
                Reason.SUM_OUT_OF_BOUNDS);
    }

    private static UpdateId id(int value) {
        return UpdateId.of(Samples.filled(value, UpdateId.LENGTH));
    }
}
