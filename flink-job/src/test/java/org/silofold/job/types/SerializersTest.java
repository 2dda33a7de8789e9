package org.silofold.job.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.silofold.job.event.AuditNote;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.FoldedShard;
import org.silofold.job.event.LotKey;
import org.silofold.job.event.ModelEvent;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.OutRecord;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.PublishInput;
import org.silofold.job.event.RawRecord;
import org.silofold.job.event.Rejected;
import org.silofold.job.event.RosterId;
import org.silofold.job.event.ShardCommand;
import org.silofold.job.event.ShardPayload;
import org.silofold.job.event.ShardPlace;
import org.silofold.job.event.Terms;
import org.silofold.job.event.TimeSpan;
import org.silofold.job.event.UpdateKey;
import org.silofold.job.event.VoidOrder;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Privacy;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.TensorSpec;

class SerializersTest {
    private static final UpdateId ID = UpdateId.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
    private static final UpdateKey KEY = new UpdateKey("anna", ID);
    private static final UpdateRef REF = new UpdateRef("anna", ID, digest("manifest"));
    private static final RosterId ROSTER = new RosterId(3, digest("roster"));
    private static final Buffer BUFFER = new Buffer(5, 2);
    private static final ShardPlace PLACE = new ShardPlace("heart", 3);
    private static final byte[] BYTES = {9, 8, 7};

    private static Digest digest(String of) {
        return Digest.sha256(of.getBytes(StandardCharsets.UTF_8));
    }

    private static Context context(Purpose purpose) {
        return new Context(
                1, Suite.ML_KEM_768_ML_DSA_65.text(), "fed", 4, digest("roster"), 6, "heart", "aggregator", purpose);
    }

    private static Context document(String model, Purpose purpose) {
        return new Context(1, Suite.ML_KEM_768_ML_DSA_65.text(), "fed", 0, Digest.ZERO, 0, model, "authority", purpose);
    }

    private static int[] words() {
        int[] words = new int[5000];
        Arrays.setAll(words, i -> i * -1640531527);
        return words;
    }

    private static ModelRegistry registry() {
        Roster roster = new Roster(
                document("", Purpose.ROSTER),
                4,
                4,
                List.of("anna"),
                List.of("a", "b", "c"),
                "aggregator",
                List.of(),
                9);
        Policy policy = new Policy(
                document("heart", Purpose.POLICY),
                6,
                0,
                2,
                8,
                2,
                1000,
                1,
                0,
                0,
                4,
                60_000,
                1000,
                1000,
                4,
                List.of(Suite.ML_KEM_768_ML_DSA_65.text()),
                "MASK-2048-32",
                1.0,
                "uniform",
                100,
                0,
                1,
                "fedavg",
                1.0,
                0.9,
                0.99,
                0.001,
                3,
                "auditor-1",
                Optional.of(new Privacy(0.5, 1.25, 1, 8, 1e-6)));
        ModelSpec spec = new ModelSpec(
                document("heart", Purpose.MODEL_SPEC),
                0,
                List.of(new TensorSpec("w", List.of(3, 5))),
                List.of(new MetricSpec("loss", 0, 10)),
                digest("root"));
        return new ModelRegistry(
                context(Purpose.UNMASK_REQUEST),
                roster,
                policy,
                spec,
                digest("spec"),
                new TreeMap<>(Map.of("anna", "hospital")),
                new TreeMap<>(Map.of("anna", List.of(new TimeSpan(77, 99), new TimeSpan(200, Long.MAX_VALUE)))));
    }

    private static PublishCommand publish() {
        return new PublishCommand(
                context(Purpose.MODEL_MANIFEST),
                5,
                digest("previous"),
                2,
                List.of(REF),
                7,
                digest("spec"),
                1.25,
                List.of(new ModelManifest.MetricSum("loss", 0.5)),
                "fedyogi",
                digest("sum"),
                Optional.of(new ModelManifest.PrivacySpent(1.5, 1e-6)),
                Optional.empty(),
                Optional.of(digest("root")),
                Optional.of(digest("published")),
                Optional.of(new StartId(1, -2)));
    }

    private static PublishCommand publishVoid() {
        return new PublishCommand(
                context(Purpose.MODEL_MANIFEST),
                6,
                digest("previous"),
                0,
                List.of(),
                7,
                digest("spec"),
                0,
                List.of(),
                "fedyogi",
                Digest.ZERO,
                Optional.empty(),
                Optional.of(digest("void")),
                Optional.of(digest("root")),
                Optional.empty(),
                Optional.empty());
    }

    private static CoordinatorEvent manifestSeen() {
        UpdateManifest.Core core = new UpdateManifest.Core(
                context(Purpose.UPDATE_MANIFEST),
                ID,
                1,
                2,
                digest("base"),
                3,
                "uniform",
                4,
                5,
                6,
                7,
                "MASK-2048-32",
                digest("spec"),
                8,
                9,
                List.of(new WrappedKey("aggregator", BYTES, BYTES)),
                digest("cek"),
                List.of(BYTES),
                digest("shards"));
        return new CoordinatorEvent.ManifestSeen(REF, core, words());
    }

    static Stream<Arguments> values() {
        Terms terms = Terms.of(registry());
        List<CoordinatorEvent> events = List.of(
                new CoordinatorEvent.ShardSeen("anna", ID, 1, 2, 3, digest("payload")),
                manifestSeen(),
                new CoordinatorEvent.ReceiptSeen("m", ROSTER, REF, Optional.of(Reason.SHARE_CHECK_FAILED)),
                new CoordinatorEvent.VoteSeen(
                        "m", ROSTER, BUFFER, digest("cohort"), Optional.of(Reason.LOCKED), List.of(REF), BYTES),
                new CoordinatorEvent.OwnBrokenSeen(BUFFER, digest("cohort"), Reason.SUM_OUT_OF_BOUNDS),
                new CoordinatorEvent.Started("start", LotKey.of(new byte[LotKey.LENGTH])),
                new CoordinatorEvent.VoidOrdered(new VoidOrder(3, digest("previous"), digest("document"))),
                new CoordinatorEvent.WithdrawalSeen(KEY),
                new CoordinatorEvent.OwnFenceSeen("start", CoordinatorEvent.OwnFenceSeen.Among.REQUESTS),
                new CoordinatorEvent.OwnFenceSeen("start", CoordinatorEvent.OwnFenceSeen.Among.MANIFESTS),
                new CoordinatorEvent.ResponseSeen("m", ROSTER, BUFFER, digest("cohort"), words()),
                new CoordinatorEvent.OwnRequestSeen(new UnmaskRequest(
                        context(Purpose.UNMASK_REQUEST), BUFFER, digest("previous"), List.of(REF), 8, List.of())),
                new CoordinatorEvent.OwnManifestSeen(publish().manifest(digest("root")), digest("own")),
                new CoordinatorEvent.RegistryChanged(registry()),
                new CoordinatorEvent.UpdateRefused(KEY, Reason.SEAL_BROKEN),
                new CoordinatorEvent.Timer());
        List<FoldCommand> commands = List.of(
                new FoldCommand.Join(1, KEY),
                new FoldCommand.Leave(2, KEY),
                new FoldCommand.Drop(KEY),
                new FoldCommand.Certified(3),
                new FoldCommand.Discard(4),
                new FoldCommand.Open(5, 6, 2, 5, words(), 1.5, 3, terms),
                new FoldCommand.Apply(7),
                new FoldCommand.Carry(8, context(Purpose.MODEL_SHARD)),
                new FoldCommand.SendAgain(9, context(Purpose.MODEL_SHARD)));
        Stream<Arguments> simple = Stream.of(
                Arguments.of(RawRecordSerializer.INSTANCE, new RawRecord("t", 1, 2, 3, BYTES, BYTES)),
                Arguments.of(UpdateKeySerializer.INSTANCE, KEY),
                Arguments.of(DigestSerializer.INSTANCE, digest("x")),
                Arguments.of(ContextSerializer.INSTANCE, context(Purpose.REJECTION)),
                Arguments.of(ShardPlaceSerializer.INSTANCE, PLACE),
                Arguments.of(ShardPayloadSerializer.INSTANCE, new ShardPayload.VerifiedShard(PLACE, KEY, BYTES)),
                Arguments.of(
                        ShardPayloadSerializer.INSTANCE,
                        new ShardPayload.InitialShard(PLACE, context(Purpose.MODEL_SHARD), 5, BYTES)),
                Arguments.of(
                        FoldedShardSerializer.INSTANCE, new FoldedShard(context(Purpose.MODEL_SHARD), 1, 2, 3, BYTES)),
                Arguments.of(
                        PublishInputSerializer.INSTANCE,
                        new PublishInput.ShardDone("heart", BUFFER, 2, digest("s"), context(Purpose.MODEL_SHARD), 3)),
                Arguments.of(PublishInputSerializer.INSTANCE, new PublishInput.Publish("heart", publish())),
                Arguments.of(PublishInputSerializer.INSTANCE, new PublishInput.Publish("heart", publishVoid())),
                Arguments.of(PublishInputSerializer.INSTANCE, new PublishInput.PublishAgain("heart", BUFFER)),
                Arguments.of(
                        PublishInputSerializer.INSTANCE,
                        new PublishInput.Note(
                                "heart",
                                context(Purpose.AUDIT_ENTRY),
                                new AuditNote("what", new TreeMap<>(Map.of("why", "because"))))),
                Arguments.of(OutRecordSerializer.INSTANCE, new OutRecord("t", Optional.of(BYTES), BYTES)),
                Arguments.of(OutRecordSerializer.INSTANCE, new OutRecord("t", Optional.empty(), BYTES)),
                Arguments.of(
                        RejectedSerializer.INSTANCE,
                        new Rejected(Reason.EXPIRED, "heart", "t", 1, 2, digest("r"), "why: \u00fc")));
        return Stream.of(
                        simple,
                        events.stream()
                                .map(event ->
                                        Arguments.of(ModelEventSerializer.INSTANCE, new ModelEvent("heart", event))),
                        commands.stream()
                                .map(command -> Arguments.of(
                                        ShardCommandSerializer.INSTANCE, new ShardCommand(PLACE, command))))
                .flatMap(s -> s);
    }

    @ParameterizedTest
    @MethodSource("values")
    <T> void readsWhatItWrote(ValueSerializer<T> serializer, T value) throws IOException {
        byte[] bytes = write(serializer, value);
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        T read = serializer.deserialize(in);
        assertThat(in.available()).isZero();
        assertThat(read).usingRecursiveComparison().isEqualTo(value);
        assertThat(write(serializer, read)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @MethodSource("values")
    <T> void refusesALaterVersionAndAnEarlyEnd(ValueSerializer<T> serializer, T value) throws IOException {
        byte[] bytes = write(serializer, value);
        byte[] later = bytes.clone();
        later[0]++;
        assertThatThrownBy(() -> serializer.deserialize(new DataInputDeserializer(later)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reads versions 1 to 1, not 2");
        byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
        assertThatThrownBy(() -> serializer.deserialize(new DataInputDeserializer(cut)))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @MethodSource("values")
    <T> void comesBackFromItsSnapshot(ValueSerializer<T> serializer, T value) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(out, serializer.snapshotConfiguration());
        TypeSerializer<T> restored = TypeSerializerSnapshotSerializationUtil.<T>readSerializerSnapshot(
                        new DataInputDeserializer(out.getCopyOfBuffer()),
                        getClass().getClassLoader())
                .restoreSerializer();
        assertThat(restored).isSameAs(serializer);
        assertThat(restored.copy(value)).isSameAs(value);
    }

    @Test
    void bulkArraysKeepEveryBitAtAnyLength() throws IOException {
        for (int length : new int[] {0, 1, 2047, 2048, 2049, 96 * 2048}) {
            float[] floats = new float[length];
            for (int i = 0; i < length; i++) {
                floats[i] = Float.intBitsToFloat(i * -1640531527);
            }
            DataOutputSerializer out = new DataOutputSerializer(64);
            Wire.writeFloats(floats, out);
            assertThat(out.length()).isEqualTo(4 + 4 * length);
            float[] read = Wire.readFloats(new DataInputDeserializer(out.getCopyOfBuffer()));
            for (int i = 0; i < length; i++) {
                assertThat(Float.floatToRawIntBits(read[i])).isEqualTo(Float.floatToRawIntBits(floats[i]));
            }
        }
    }

    private static <T> byte[] write(ValueSerializer<T> serializer, T value) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        return out.getCopyOfBuffer();
    }
}
