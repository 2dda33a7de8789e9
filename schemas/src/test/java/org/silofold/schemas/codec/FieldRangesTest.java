package org.silofold.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.silofold.protocol.message.AuditEntry;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Countersignature;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Rejection;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.KeyBundle;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Revocation;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.registry.VoidVersion;

/** Messages with one field outside its range are refused, whether they are written or read, and the refusal names the field. */
class FieldRangesTest {
    private static final Digest D = Samples.filledDigest(3);
    private static final UpdateId ID = UpdateId.of(Samples.filled(1, 16));
    private static final WrappedKey KEY = new WrappedKey("aggregator", Samples.filled(0, 1088), Samples.filled(0, 48));

    private static Context context(Purpose purpose) {
        return Samples.context(purpose, "aggregator");
    }

    private static Message shard(long sequence, int index, int count, List<WrappedKey> keys) {
        UpdateShard.Core core =
                new UpdateShard.Core(context(Purpose.UPDATE_SHARD), ID, sequence, index, count, keys, D);
        return new UpdateShard(core, HeaderCodec.encodeCore(core), D);
    }

    private static Message manifest(int n, int t, int ciphertexts, int commitments, int rows, int columns) {
        List<byte[]> kem = new ArrayList<>();
        List<Digest> h = new ArrayList<>();
        for (int i = 0; i < ciphertexts; i++) {
            kem.add(Samples.filled(i, 1088));
        }
        for (int i = 0; i < commitments; i++) {
            h.add(D);
        }
        UpdateManifest.Core core = new UpdateManifest.Core(
                context(Purpose.UPDATE_MANIFEST),
                ID,
                0,
                0,
                D,
                0,
                "examples",
                1,
                n,
                t,
                5,
                "MASK-2048-32",
                D,
                10,
                1,
                List.of(KEY),
                D,
                kem,
                D);
        return new UpdateManifest(core, HeaderCodec.encodeCore(core), D, h, new int[rows][columns]);
    }

    private static UpdateRef ref(String silo, int id) {
        return new UpdateRef(silo, UpdateId.of(Samples.filled(id, 16)), D);
    }

    private static Message request(Buffer buffer, List<UpdateRef> cohort) {
        return new UnmaskRequest(context(Purpose.UNMASK_REQUEST), buffer, D, cohort, 1, List.of());
    }

    private static Message modelManifest(
            long version, int attempt, List<UpdateRef> cohort, double weights, String optimizer) {
        return new ModelManifest(
                context(Purpose.MODEL_MANIFEST),
                version,
                D,
                attempt,
                cohort,
                D,
                1,
                D,
                weights,
                List.of(),
                optimizer,
                version == 0 ? Digest.ZERO : D,
                Optional.empty(),
                Optional.empty());
    }

    private static Message voidManifest(long version, List<UpdateRef> cohort, double weights) {
        return modelManifest(version, cohort, weights, Optional.empty(), Optional.of(D));
    }

    private static Message spent(long version, double epsilon, double delta) {
        return modelManifest(
                version,
                List.of(ref("basel", 1)),
                1,
                Optional.of(new ModelManifest.PrivacySpent(epsilon, delta)),
                Optional.empty());
    }

    private static Message modelManifest(
            long version,
            List<UpdateRef> cohort,
            double weights,
            Optional<ModelManifest.PrivacySpent> privacy,
            Optional<Digest> voidVersion) {
        return new ModelManifest(
                context(Purpose.MODEL_MANIFEST),
                version,
                D,
                voidVersion.isPresent() ? 0 : 1,
                cohort,
                D,
                1,
                D,
                weights,
                List.of(),
                "fedavg",
                voidVersion.isPresent() ? Digest.ZERO : D,
                privacy,
                voidVersion);
    }

    private static Message voidVersion(long version, String why) {
        return new VoidVersion(Samples.documentContext(Purpose.VOID_VERSION, "risk", "authority"), 1, version, D, why);
    }

    private static Message revocation(long from, long until) {
        return new Revocation(
                Samples.documentContext(Purpose.REVOCATION, "", "authority"), "basel", 1, from, "why", until);
    }

    private static Message fate(UpdateFate.Kind kind, Optional<Reason> reason, long version) {
        return new UpdateFate(context(Purpose.UPDATE_FATE), "basel", ID, kind, reason, version);
    }

    private static Message roster(List<String> silos, List<String> committee, String aggregator) {
        return new Roster(
                Samples.documentContext(Purpose.ROSTER, "", "authority"),
                1,
                1,
                silos,
                committee,
                aggregator,
                List.of(),
                1);
    }

    private static Message spec(List<TensorSpec> tensors, List<MetricSpec> metrics) {
        return new ModelSpec(Samples.documentContext(Purpose.MODEL_SPEC, "risk", "authority"), 1, tensors, metrics, D);
    }

    private static Message rejection(String topic, String detail) {
        return new Rejection(context(Purpose.REJECTION), Reason.EXPIRED, topic, 0, 0, D, detail);
    }

    static Stream<Arguments> bad() {
        Context shardContext = context(Purpose.MODEL_SHARD);
        List<UpdateRef> one = List.of(ref("basel", 1));
        List<String> four = List.of("a", "b", "c", "d");
        WrappedKey shortKem = new WrappedKey("aggregator", Samples.filled(0, 1087), Samples.filled(0, 48));
        WrappedKey longKey = new WrappedKey("aggregator", Samples.filled(0, 1088), Samples.filled(0, 49));
        return Stream.of(
                Arguments.of("updateShard.sequence", shard(-1, 0, 1, List.of(KEY))),
                Arguments.of("updateShard.shardIndex", shard(0, 1, 1, List.of(KEY))),
                Arguments.of("updateShard.shardIndex", shard(0, -1, 1, List.of(KEY))),
                Arguments.of("updateShard.shardCount", shard(0, 0, 65537, List.of(KEY))),
                Arguments.of("updateShard.wrappedKeys", shard(0, 0, 1, List.of())),
                Arguments.of("updateShard.wrappedKeys.recipient", shard(0, 0, 1, List.of(KEY, KEY))),
                Arguments.of("updateShard.wrappedKeys.kemCiphertext", shard(0, 0, 1, List.of(shortKem))),
                Arguments.of("updateShard.wrappedKeys.wrapped", shard(0, 0, 1, List.of(longKey))),
                Arguments.of("updateManifest.memberCount", manifest(2, 2, 2, 2, 5, 2)),
                Arguments.of("updateManifest.memberCount", manifest(33, 22, 33, 33, 5, 22)),
                Arguments.of("updateManifest.threshold", manifest(4, 2, 4, 4, 5, 2)),
                Arguments.of("updateManifest.memberCiphertexts", manifest(4, 3, 3, 4, 5, 3)),
                Arguments.of("updateManifest.commitments", manifest(4, 3, 4, 5, 5, 3)),
                Arguments.of("updateManifest.checkPolynomials", manifest(4, 3, 4, 4, 4, 3)),
                Arguments.of("updateManifest.checkPolynomials", manifest(4, 3, 4, 4, 5, 4)),
                Arguments.of("unmaskRequest.buffer.version", request(new Buffer(0, 1), one)),
                Arguments.of("unmaskRequest.buffer.attempt", request(new Buffer(1, 0), one)),
                Arguments.of("unmaskRequest.cohort", request(new Buffer(1, 1), List.of())),
                Arguments.of(
                        "unmaskRequest.cohort", request(new Buffer(1, 1), List.of(ref("lyon", 1), ref("basel", 1)))),
                Arguments.of(
                        "unmaskRequest.cohort", request(new Buffer(1, 1), List.of(ref("basel", 1), ref("basel", 1)))),
                Arguments.of("unmaskRequest.cohort.silo", request(new Buffer(1, 1), List.of(ref("Basel|", 1)))),
                Arguments.of(
                        "shareReceipts.entries",
                        new ShareReceipts(
                                context(Purpose.SHARE_RECEIPTS),
                                List.of(
                                        new ShareReceipts.Entry(ref("a", 1), Optional.empty()),
                                        new ShareReceipts.Entry(ref("a", 1), Optional.of(Reason.EXPIRED))))),
                Arguments.of(
                        "unmaskVote.inTheWay",
                        new UnmaskVote(context(Purpose.UNMASK_VOTE), new Buffer(1, 1), D, Optional.empty(), one)),
                Arguments.of("modelShard.version", new ModelShard(shardContext, -1, 0, 1, D)),
                Arguments.of("modelManifest.attempt", modelManifest(0, 1, List.of(), 1, "fedavg")),
                Arguments.of("modelManifest.cohort", modelManifest(0, 0, one, 1, "fedavg")),
                Arguments.of("modelManifest.cohort", modelManifest(1, 1, List.of(), 1, "fedavg")),
                Arguments.of("modelManifest.sumOfWeights", modelManifest(1, 1, one, Double.NaN, "fedavg")),
                Arguments.of("modelManifest.sumOfWeights", modelManifest(1, 1, one, -1, "fedavg")),
                Arguments.of("modelManifest.optimizer", modelManifest(1, 1, one, 1, "sgd")),
                Arguments.of("modelManifest.voidVersion", voidManifest(0, List.of(), 0)),
                Arguments.of("modelManifest.cohort", voidManifest(1, one, 0)),
                Arguments.of("modelManifest.sumOfWeights", voidManifest(1, List.of(), 1)),
                Arguments.of("modelManifest.privacy", spent(0, 1, 0.1)),
                Arguments.of("modelManifest.privacy.epsilon", spent(1, 0, 0.1)),
                Arguments.of("modelManifest.privacy.epsilon", spent(1, Double.POSITIVE_INFINITY, 0.1)),
                Arguments.of("modelManifest.privacy.delta", spent(1, 1, 0)),
                Arguments.of("modelManifest.privacy.delta", spent(1, 1, 1)),
                Arguments.of("revocation.untilMillis", revocation(5, 4)),
                Arguments.of("voidVersion.version", voidVersion(0, "")),
                Arguments.of("voidVersion.why", voidVersion(1, "two\nlines")),
                Arguments.of("context.rosterEpoch", new VoidVersion(context(Purpose.VOID_VERSION), 1, 1, D, "")),
                Arguments.of("neverVoted.updates", new NeverVoted(context(Purpose.NEVER_VOTED), List.of())),
                Arguments.of(
                        "neverVoted.updates",
                        new NeverVoted(context(Purpose.NEVER_VOTED), List.of(ref("a", 1), ref("a", 1)))),
                Arguments.of(
                        "countersignature.version", new Countersignature(context(Purpose.COUNTERSIGNATURE), -1, D, D)),
                Arguments.of(
                        "cohortBroken.buffer.attempt",
                        new CohortBroken(context(Purpose.COHORT_BROKEN), new Buffer(1, 0), D, Reason.EXPIRED)),
                Arguments.of("updateFate.reason", fate(UpdateFate.Kind.SPENT, Optional.empty(), -1)),
                Arguments.of("updateFate.reason", fate(UpdateFate.Kind.JOINED, Optional.of(Reason.EXPIRED), 1)),
                Arguments.of("updateFate.version", fate(UpdateFate.Kind.IN_VERSION, Optional.empty(), -1)),
                Arguments.of("updateFate.version", fate(UpdateFate.Kind.ACCEPTED, Optional.empty(), 3)),
                Arguments.of("roster.silos", roster(List.of("a", "a"), four, "z")),
                Arguments.of("roster.committee", roster(four, List.of("a", "b"), "z")),
                Arguments.of("roster.aggregator", roster(four, four, "a")),
                Arguments.of("modelSpec.tensors", spec(List.of(), List.of())),
                Arguments.of("modelSpec.tensors.shape", spec(List.of(new TensorSpec("w", List.of(0))), List.of())),
                Arguments.of(
                        "modelSpec.tensors.shape",
                        spec(List.of(new TensorSpec("w", List.of(Integer.MAX_VALUE, Integer.MAX_VALUE))), List.of())),
                Arguments.of(
                        "modelSpec.tensors.name",
                        spec(List.of(new TensorSpec("w", List.of()), new TensorSpec("w", List.of())), List.of())),
                Arguments.of(
                        "modelSpec.metrics.max",
                        spec(List.of(new TensorSpec("w", List.of())), List.of(new MetricSpec("m", 1, 1)))),
                Arguments.of(
                        "keyBundle.epoch",
                        new KeyBundle(Samples.documentContext(Purpose.KEY_BUNDLE, "", "a"), "a", 0, 1, 0, 1, D)),
                Arguments.of(
                        "keyBundle.notAfterMillis",
                        new KeyBundle(Samples.documentContext(Purpose.KEY_BUNDLE, "", "a"), "a", 1, 1, 5, 5, D)),
                Arguments.of(
                        "context.rosterEpoch", new KeyBundle(context(Purpose.KEY_BUNDLE), "aggregator", 1, 1, 0, 1, D)),
                Arguments.of("rejection.topic", rejection("a topic", "")),
                Arguments.of("rejection.detail", rejection("t", "two\nlines")),
                Arguments.of("rejection.detail", rejection("t", "x".repeat(1025))),
                Arguments.of(
                        "auditEntry.details.name",
                        new AuditEntry(
                                context(Purpose.AUDIT_ENTRY),
                                0,
                                D,
                                "event",
                                new TreeMap<>(java.util.Map.of("a b", "")))),
                Arguments.of(
                        "context.model",
                        new ModelShard(Samples.documentContext(Purpose.MODEL_SHARD, "", "authority"), 0, 0, 1, D)));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusedInBothDirections(String field, Message message) {
        invalid(field, () -> HeaderCodec.encode(message));
        Purpose purpose = message.context().purpose();
        byte[] header = HeaderType.of(purpose).encode(message);
        invalid(field, () -> HeaderCodec.decode(purpose, header));
    }

    @Test
    void aKeyBundleIsSignedByItsSubject() {
        KeyBundle bundle = new KeyBundle(Samples.documentContext(Purpose.KEY_BUNDLE, "", "a"), "b", 1, 1, 0, 1, D);
        assertThatThrownBy(() -> HeaderCodec.encode(bundle))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_SENDER));
    }

    private static void invalid(String field, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RejectedException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.INVALID_FIELD);
            assertThat(e.getMessage()).contains(" " + field + ":");
        });
    }
}
