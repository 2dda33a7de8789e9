package org.silofold.schemas.codec;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.silofold.protocol.message.AuditEntry;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Rejection;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.registry.Enrolment;
import org.silofold.protocol.registry.EnrolmentRequest;
import org.silofold.protocol.registry.KeyBundle;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Revocation;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.TensorSpec;

/**
 * One message for each purpose of the first revision, always the same: what its golden headers say. What later revisions added has
 * its default here; {@link RevisionTwoSamples} says more.
 */
final class Samples {
    private static final Digest A = filledDigest(0xa1);
    private static final Digest B = filledDigest(0xb2);
    private static final UpdateId ID = UpdateId.of(filled(0x11, UpdateId.LENGTH));
    private static final List<UpdateRef> COHORT = List.of(
            new UpdateRef("basel", ID, A), new UpdateRef("lyon", UpdateId.of(filled(0x22, UpdateId.LENGTH)), B));

    private Samples() {}

    static Map<Purpose, Message> first() {
        EnumMap<Purpose, Message> samples = new EnumMap<>(Purpose.class);
        for (Message message : List.of(
                shard(),
                manifest(),
                receipts(),
                request(),
                vote(),
                response(),
                modelShard(),
                modelManifest(),
                enrolment(),
                enrolmentRequest(),
                keyBundle(),
                policy(),
                modelSpec(),
                roster(),
                revocation(),
                fate(),
                audit(),
                rejection())) {
            samples.put(message.context().purpose(), message);
        }
        return samples;
    }

    static Context context(Purpose purpose, String sender) {
        return new Context(
                1, Suite.ML_KEM_768_ML_DSA_65.text(), "heart", 3, filledDigest(0x77), 5, "risk", sender, purpose);
    }

    static Context documentContext(Purpose purpose, String model, String sender) {
        return new Context(1, Suite.ML_KEM_768_ML_DSA_65.text(), "heart", 0, Digest.ZERO, 0, model, sender, purpose);
    }

    private static List<WrappedKey> wrappedKeys() {
        return List.of(
                new WrappedKey("aggregator", filled(0x31, 1088), filled(0x32, 48)),
                new WrappedKey("auditor-1", filled(0x33, 1088), filled(0x34, 48)));
    }

    static UpdateShard shard() {
        UpdateShard.Core core =
                new UpdateShard.Core(context(Purpose.UPDATE_SHARD, "basel"), ID, 7, 2, 5, wrappedKeys(), A);
        return new UpdateShard(core, HeaderCodec.encodeCore(core), B);
    }

    static UpdateManifest manifest() {
        UpdateManifest.Core core = new UpdateManifest.Core(
                context(Purpose.UPDATE_MANIFEST, "basel"),
                ID,
                7,
                41,
                A,
                2,
                "examples",
                1_800_000_000_000L,
                4,
                3,
                5,
                "MASK-2048-32",
                B,
                999_999,
                5,
                wrappedKeys(),
                A,
                List.of(filled(1, 1088), filled(2, 1088), filled(3, 1088), filled(4, 1088)),
                B);
        int[][] z = new int[5][3];
        for (int r = 0; r < 5; r++) {
            for (int c = 0; c < 3; c++) {
                z[r][c] = 0xff000000 + 16 * r + c;
            }
        }
        return new UpdateManifest(
                core,
                HeaderCodec.encodeCore(core),
                A,
                List.of(filledDigest(1), filledDigest(2), filledDigest(3), filledDigest(4)),
                z);
    }

    private static ShareReceipts receipts() {
        return new ShareReceipts(
                context(Purpose.SHARE_RECEIPTS, "lyon"),
                List.of(
                        new ShareReceipts.Entry(COHORT.get(0), Optional.empty()),
                        new ShareReceipts.Entry(COHORT.get(1), Optional.of(Reason.COMMITMENT_MISMATCH))));
    }

    private static UnmaskRequest request() {
        return new UnmaskRequest(
                context(Purpose.UNMASK_REQUEST, "aggregator"),
                new Buffer(42, 2),
                A,
                COHORT,
                1_800_000_000_001L,
                List.of(filled(9, 100), filled(8, 3)));
    }

    private static UnmaskVote vote() {
        return new UnmaskVote(
                context(Purpose.UNMASK_VOTE, "lyon"), new Buffer(42, 2), B, Optional.of(Reason.EXPIRED), COHORT);
    }

    private static UnmaskResponse response() {
        return new UnmaskResponse(context(Purpose.UNMASK_RESPONSE, "lyon"), new Buffer(42, 2), B, A);
    }

    private static ModelShard modelShard() {
        return new ModelShard(context(Purpose.MODEL_SHARD, "aggregator"), 42, 0, 5, A);
    }

    static ModelManifest modelManifest() {
        return new ModelManifest(
                context(Purpose.MODEL_MANIFEST, "aggregator"),
                42,
                A,
                2,
                COHORT,
                B,
                5,
                A,
                1.625,
                List.of(new ModelManifest.MetricSum("loss", -0.25), new ModelManifest.MetricSum("correct", 310)),
                "fedyogi",
                B,
                Optional.empty(),
                Optional.empty());
    }

    private static Enrolment enrolment() {
        return new Enrolment(
                documentContext(Purpose.ENROLMENT, "", "authority"),
                "basel",
                "university-hospital",
                Role.SILO,
                4,
                1_700_000_000_000L,
                1_900_000_000_000L,
                A);
    }

    private static EnrolmentRequest enrolmentRequest() {
        return new EnrolmentRequest(
                documentContext(Purpose.ENROLMENT_REQUEST, "", "basel"),
                "basel",
                "university-hospital",
                Role.SILO,
                filled(5, 1974),
                filled(6, 4700));
    }

    private static KeyBundle keyBundle() {
        return new KeyBundle(
                documentContext(Purpose.KEY_BUNDLE, "", "basel"),
                "basel",
                3,
                1,
                1_700_000_000_000L,
                1_900_000_000_000L,
                B);
    }

    static Policy policy() {
        return new Policy(
                documentContext(Purpose.POLICY, "risk", "authority"),
                5,
                1,
                3,
                100,
                4,
                60_000,
                1,
                0,
                1,
                20,
                3_600_000,
                30_000,
                31_000,
                2,
                List.of(Suite.ML_KEM_768_ML_DSA_65.text()),
                "MASK-2048-32",
                0.5,
                "uniform",
                500,
                0.5,
                0.001,
                "fedadam",
                0.1,
                0.9,
                0.99,
                0.001,
                0,
                "",
                Optional.empty());
    }

    private static ModelSpec modelSpec() {
        return new ModelSpec(
                documentContext(Purpose.MODEL_SPEC, "risk", "authority"),
                1,
                List.of(new TensorSpec("layer.0/weight", List.of(13, 1)), new TensorSpec("bias", List.of())),
                List.of(new MetricSpec("loss", 0, 16), new MetricSpec("correct", 0, 1000)),
                B);
    }

    private static Roster roster() {
        return new Roster(
                documentContext(Purpose.ROSTER, "", "authority"),
                3,
                9,
                List.of("basel", "lyon"),
                List.of("lyon", "basel", "regulator", "turin"),
                "aggregator",
                List.of("auditor-1"),
                1_900_000_000_000L);
    }

    static Revocation revocation() {
        return new Revocation(
                documentContext(Purpose.REVOCATION, "", "authority"),
                "turin",
                2,
                1_750_000_000_000L,
                "key lost \u2013 é",
                Revocation.FOR_GOOD);
    }

    private static UpdateFate fate() {
        return new UpdateFate(
                context(Purpose.UPDATE_FATE, "aggregator"),
                "basel",
                ID,
                UpdateFate.Kind.REFUSED,
                Optional.of(Reason.TOO_STALE),
                -1);
    }

    private static AuditEntry audit() {
        return new AuditEntry(
                context(Purpose.AUDIT_ENTRY, "aggregator"),
                12,
                A,
                "cohort-closed",
                new TreeMap<>(Map.of("version", "42", "attempt", "2")));
    }

    private static Rejection rejection() {
        return new Rejection(
                context(Purpose.REJECTION, "aggregator"),
                Reason.BAD_SIGNATURE,
                "heart.updates.basel",
                3,
                123_456_789_012L,
                B,
                "signed by someone else");
    }

    static byte[] filled(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    static Digest filledDigest(int value) {
        return Digest.of(filled(value, Digest.LENGTH));
    }
}
