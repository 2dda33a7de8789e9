package org.silofold.job.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionGraphTestUtils;
import org.apache.flink.runtime.metrics.MetricRegistry;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silofold.job.config.KeyFiles;
import org.silofold.job.config.Party;
import org.silofold.job.event.AuditNote;
import org.silofold.job.event.OutRecord;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.PublishInput;
import org.silofold.job.metrics.JobMetrics;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.message.AuditEntry;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.sign.SignedBytes;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.schemas.codec.HeaderCodec;

class PublishFunctionTest {
    private static final Party PARTY = new Party("fed", "aggregator", "");
    private static final StartId CONFIRMATION = new StartId(1, 2);
    private static final List<Digest> SHARDS = List.of(digest("s0"), digest("s1"), digest("s2"));

    @TempDir
    private Path dir;

    /** What gauges for the operator's alarm showed when they came up. */
    private final List<Long> halted = new ArrayList<>();

    private VerifyingKey verifier;
    private KeyedOneInputStreamOperatorTestHarness<String, PublishInput, OutRecord> harness;

    @BeforeEach
    void start() throws Exception {
        try (SigningKey key = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            verifier = key.verifyingKey();
            Files.write(dir.resolve("identity.pem"), key.toPem());
        }
        harness = harness();
        harness.open();
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
    }

    private KeyedOneInputStreamOperatorTestHarness<String, PublishInput, OutRecord> harness() throws Exception {
        KeyFiles files = new KeyFiles("", dir.resolve("identity.pem").toString(), "");
        MetricRegistry registry = TestingMetricRegistry.builder()
                .setRegisterConsumer((metric, name, group) -> {
                    if (name.equals(JobMetrics.HALTED)
                            && List.of(group.getScopeComponents()).contains("heart")) {
                        halted.add((Long) ((Gauge<?>) metric).getValue());
                    }
                })
                .build();
        MockEnvironment environment = new MockEnvironmentBuilder()
                .setMetricGroup(
                        TaskManagerMetricGroup.createTaskManagerMetricGroup(registry, "host", ResourceID.generate())
                                .addJob(new JobID(), "job")
                                .addTask(ExecutionGraphTestUtils.createExecutionAttemptId(), "publish"))
                .build();
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new PublishFunction(PARTY, files)),
                PublishInput::model,
                Types.STRING,
                environment);
    }

    private static Digest digest(String of) {
        return Digest.sha256(of.getBytes(StandardCharsets.UTF_8));
    }

    private static Context context() {
        return new Context(
                Context.VERSION,
                Suite.ML_KEM_768_ML_DSA_65.text(),
                "fed",
                1,
                digest("roster"),
                2,
                "heart",
                "aggregator",
                Purpose.MODEL_MANIFEST);
    }

    private static PublishCommand command(long version, Optional<Digest> requiredRoot, Optional<Digest> published) {
        List<UpdateRef> cohort = version == 0
                ? List.of()
                : List.of(new UpdateRef("silo", UpdateId.of(new byte[16]), digest("manifest")));
        return new PublishCommand(
                context(),
                version,
                digest("previous"),
                version == 0 ? 0 : 1,
                cohort,
                SHARDS.size(),
                digest("spec"),
                1.5,
                List.of(),
                "fedavg",
                version == 0 ? Digest.ZERO : digest("sum"),
                Optional.empty(),
                Optional.empty(),
                requiredRoot,
                published,
                published.map(digest -> CONFIRMATION));
    }

    private void want(PublishCommand command) throws Exception {
        harness.processElement(new PublishInput.Publish("heart", command), 0);
    }

    private void done(long version, int index, int outOfBounds) throws Exception {
        harness.processElement(
                new PublishInput.ShardDone(
                        "heart",
                        new Buffer(version, version == 0 ? 0 : 1),
                        index,
                        SHARDS.get(index),
                        context(),
                        outOfBounds),
                0);
    }

    private List<ModelManifest> manifests() {
        return open("model-manifests", ModelManifest.class, Purpose.MODEL_MANIFEST).stream()
                .map(SignedRecord::message)
                .toList();
    }

    private List<StartId> confirmations() {
        return harness.extractOutputValues().stream()
                .filter(out -> out.topic().equals("model-manifests"))
                .filter(out -> Arrays.equals(out.key().orElseThrow(), Topics.fenceKey("heart")))
                .map(out -> SignedRecords.open(
                                Fence.class, Purpose.FENCE, out.value(), "aggregator", verifier, RecordLimits.DEFAULT)
                        .message()
                        .start())
                .toList();
    }

    private List<SignedRecord<AuditEntry>> audit() {
        return open("audit", AuditEntry.class, Purpose.AUDIT_ENTRY);
    }

    private <M extends Message> List<SignedRecord<M>> open(String topic, Class<M> type, Purpose purpose) {
        return harness.extractOutputValues().stream()
                .filter(out -> out.topic().equals(topic))
                .filter(out -> Arrays.equals(out.key().orElseThrow(), "heart".getBytes(StandardCharsets.UTF_8)))
                .map(out ->
                        SignedRecords.open(type, purpose, out.value(), "aggregator", verifier, RecordLimits.DEFAULT))
                .toList();
    }

    private void restart() throws Exception {
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = harness();
        harness.initializeState(state);
        harness.open();
    }

    @Test
    void publishesWhenTheLastShardIsDone() throws Exception {
        done(4, 2, 0);
        want(command(4, Optional.empty(), Optional.empty()));
        done(4, 0, 0);
        assertThat(manifests()).isEmpty();
        done(4, 1, 0);
        assertThat(manifests())
                .containsExactly(command(4, Optional.empty(), Optional.empty()).manifest(MerkleTree.root(SHARDS)));
    }

    @Test
    void goesOnFromASnapshot() throws Exception {
        done(1, 0, 0);
        done(1, 1, 0);
        want(command(1, Optional.empty(), Optional.empty()));
        restart();
        done(1, 2, 0);
        assertThat(manifests()).hasSize(1);
    }

    @Test
    void publishesVersionZeroOnlyWithTheRootOfTheSpecification() throws Exception {
        want(command(0, Optional.of(digest("another root")), Optional.empty()));
        for (int i = 0; i < 3; i++) {
            done(0, i, 0);
        }
        assertThat(manifests()).isEmpty();
        assertThat(audit()).extracting(entry -> entry.message().event()).containsExactly(PublishEvents.WRONG_ROOT);
    }

    @Test
    void aVersionOfTheLogIsConfirmedWhenItCameOutTheSameAndNeverWrittenAgain() throws Exception {
        Digest root = MerkleTree.root(SHARDS);
        Digest published = SignedBytes.digest(
                Purpose.MODEL_MANIFEST,
                HeaderCodec.encode(
                        command(5, Optional.empty(), Optional.empty()).manifest(root)));
        want(command(5, Optional.of(root), Optional.of(published)));
        done(5, 0, 0);
        done(5, 1, 0);
        assertThat(confirmations()).isEmpty();
        done(5, 2, 0);
        assertThat(confirmations()).containsExactly(CONFIRMATION);
        assertThat(manifests()).isEmpty();
        assertThat(audit()).extracting(entry -> entry.message().event()).containsExactly(PublishEvents.RECOMPUTED);
        assertThat(halted).isEmpty();
    }

    /** Whether its root is another or only its manifest, and also after a restart. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aVersionThatCameOutOtherThanTheLogHasItHaltsItsModel(boolean sameRoot) throws Exception {
        Digest root = sameRoot ? MerkleTree.root(SHARDS) : digest("another root");
        want(command(6, Optional.of(root), Optional.of(digest("something else"))));
        for (int i = 0; i < 3; i++) {
            done(6, i, 0);
        }
        assertThat(confirmations()).isEmpty();
        assertThat(audit()).extracting(entry -> entry.message().event()).containsExactly(PublishEvents.DIFFERS);
        assertThat(halted).containsExactly(1L);
        restart();
        want(command(7, Optional.empty(), Optional.empty()));
        for (int i = 0; i < 3; i++) {
            done(7, i, 0);
        }
        assertThat(manifests()).isEmpty();
        assertThat(halted).as("the gauge of the new start").containsExactly(1L, 1L);
    }

    @Test
    void theAuditChainHasNoGapAcrossARestart() throws Exception {
        note("first");
        note("second");
        Digest head = audit().get(1).digest();
        assertThat(audit().get(1).message().previousDigest())
                .isEqualTo(audit().get(0).digest());
        assertThat(audit().get(0).message().previousDigest()).isEqualTo(Digest.ZERO);
        restart();
        note("third");
        AuditEntry third = audit().get(0).message();
        assertThat(third.sequence()).isEqualTo(2);
        assertThat(third.previousDigest()).isEqualTo(head);
        assertThat(third.event()).isEqualTo("third");
    }

    @Test
    void anAttemptOutOfBoundsIsSaidToBeBrokenAndNotPublished() throws Exception {
        want(command(3, Optional.empty(), Optional.empty()));
        done(3, 0, 0);
        done(3, 1, 5);
        assertThat(harness.extractOutputValues())
                .filteredOn(out -> out.topic().equals("model-manifests"))
                .isEmpty();
        restart();
        done(3, 2, 0);
        List<OutRecord> log = harness.extractOutputValues().stream()
                .filter(out -> out.topic().equals("model-manifests"))
                .toList();
        assertThat(log).hasSize(1);
        assertThat(log.get(0).key()).hasValueSatisfying(key -> assertThat(key).isEqualTo(Topics.brokenKey("heart")));
        CohortBroken broken = SignedRecords.open(
                        CohortBroken.class,
                        Purpose.COHORT_BROKEN,
                        log.get(0).value(),
                        "aggregator",
                        verifier,
                        RecordLimits.DEFAULT)
                .message();
        assertThat(broken.buffer()).isEqualTo(new Buffer(3, 1));
        assertThat(broken.reason()).isEqualTo(Reason.SUM_OUT_OF_BOUNDS);
        PublishCommand first = command(3, Optional.empty(), Optional.empty());
        assertThat(broken.cohortDigest())
                .isEqualTo(Cohort.of(first.cohort()).digest(context(), first.buffer(), first.previousDigest()));
    }

    private void again(long version) throws Exception {
        harness.processElement(new PublishInput.PublishAgain("heart", new Buffer(version, 1)), 0);
    }

    private void allDone(long version, int outOfBounds) throws Exception {
        for (int shard = 0; shard < SHARDS.size(); shard++) {
            done(version, shard, outOfBounds);
        }
    }

    @Test
    void whatTheLogLacksIsWrittenAgainTheSame() throws Exception {
        want(command(3, Optional.empty(), Optional.empty()));
        again(3);
        assertThat(manifests()).as("not before it is done").isEmpty();
        allDone(3, 0);
        ModelManifest first = manifests().get(0);
        restart();
        again(3);
        again(3);
        assertThat(manifests()).containsExactly(first, first);
        want(command(4, Optional.empty(), Optional.empty()));
        allDone(4, 0);
        again(3);
        assertThat(manifests()).as("what came before the newest is forgotten").hasSize(3);
    }

    @Test
    void aNoteOnABrokenCohortIsWrittenAgainAndTheModelOfAHaltedOneIsNot() throws Exception {
        want(command(3, Optional.empty(), Optional.empty()));
        allDone(3, 1);
        restart();
        again(3);
        assertThat(harness.extractOutputValues().stream()
                        .filter(out -> out.topic().equals("model-manifests"))
                        .map(out -> new String(out.key().orElseThrow(), StandardCharsets.UTF_8)))
                .containsExactly("broken/heart");
        want(command(4, Optional.of(digest("root")), Optional.of(digest("another manifest"))));
        allDone(4, 0);
        restart();
        again(4);
        assertThat(confirmations()).isEmpty();
        assertThat(manifests()).isEmpty();
    }

    @Test
    void aConfirmationIsWrittenAgainUnderItsId() throws Exception {
        Digest root = MerkleTree.root(SHARDS);
        Digest manifest = SignedBytes.digest(
                Purpose.MODEL_MANIFEST,
                HeaderCodec.encode(
                        command(3, Optional.empty(), Optional.empty()).manifest(root)));
        want(command(3, Optional.of(root), Optional.of(manifest)));
        allDone(3, 0);
        restart();
        again(3);
        assertThat(confirmations()).containsExactly(CONFIRMATION);
    }

    @Test
    void aVoidVersionNeedsNoShards() throws Exception {
        Digest root = digest("carried root");
        PublishCommand like = command(4, Optional.of(root), Optional.empty());
        PublishCommand command = new PublishCommand(
                like.context(),
                4,
                like.previousDigest(),
                0,
                List.of(),
                SHARDS.size(),
                like.modelSpecDigest(),
                0,
                List.of(),
                like.optimizer(),
                Digest.ZERO,
                Optional.empty(),
                Optional.of(digest("order")),
                Optional.of(root),
                Optional.empty(),
                Optional.empty());
        want(command);
        assertThat(manifests()).containsExactly(command.manifest(root));
    }

    @Test
    void saysWhichShardProvedABrokenContribution() throws Exception {
        done(2, 1, 77);
        assertThat(audit()).singleElement().satisfies(entry -> assertThat(
                        entry.message().details())
                .containsEntry("shard", "1")
                .containsEntry("sums", "77")
                .containsEntry("version", "2"));
    }

    private void note(String event) throws Exception {
        harness.processElement(new PublishInput.Note("heart", context(), new AuditNote(event, new TreeMap<>())), 0);
    }
}
