package org.silofold.job.publish;

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
import org.silofold.job.config.KeyFiles;
import org.silofold.job.config.Party;
import org.silofold.job.event.AuditNote;
import org.silofold.job.event.OutRecord;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.PublishInput;
import org.silofold.job.metrics.JobMetrics;
import org.silofold.protocol.message.AuditEntry;
import org.silofold.protocol.message.Buffer;
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
import org.silofold.protocol.sign.SigningKey;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;

/** A {@link PublishFunction} with a key of its own for model {@code heart} of three shards, and what it put out. */
final class PublishHarness {
    private static final Party PARTY = new Party("fed", "aggregator", "");
    static final StartId CONFIRMATION = new StartId(1, 2);
    static final List<Digest> SHARDS = List.of(digest("s0"), digest("s1"), digest("s2"));

    private final Path dir;

    /** What gauges for the operator's alarm showed when they came up. */
    private final List<Long> halted = new ArrayList<>();

    private final VerifyingKey verifier;
    private KeyedOneInputStreamOperatorTestHarness<String, PublishInput, OutRecord> harness;

    PublishHarness(Path dir) throws Exception {
        this.dir = dir;
        try (SigningKey key = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            verifier = key.verifyingKey();
            Files.write(dir.resolve("identity.pem"), key.toPem());
        }
        harness = harness();
        harness.open();
    }

    void close() throws Exception {
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

    static Digest digest(String of) {
        return Digest.sha256(of.getBytes(StandardCharsets.UTF_8));
    }

    static Context context() {
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

    static PublishCommand command(long version, Optional<Digest> requiredRoot, Optional<Digest> published) {
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

    void want(PublishCommand command) throws Exception {
        harness.processElement(new PublishInput.Publish("heart", command), 0);
    }

    void done(long version, int index, int outOfBounds) throws Exception {
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

    List<ModelManifest> manifests() {
        return open("model-manifests", ModelManifest.class, Purpose.MODEL_MANIFEST).stream()
                .map(SignedRecord::message)
                .toList();
    }

    List<StartId> confirmations() {
        return harness.extractOutputValues().stream()
                .filter(out -> out.topic().equals("model-manifests"))
                .filter(out -> Arrays.equals(out.key().orElseThrow(), Topics.fenceKey("heart")))
                .map(out -> SignedRecords.open(
                                Fence.class, Purpose.FENCE, out.value(), "aggregator", verifier, RecordLimits.DEFAULT)
                        .message()
                        .start())
                .toList();
    }

    List<SignedRecord<AuditEntry>> audit() {
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

    /** Ends it, and goes on with another from a snapshot; what the first put out is forgotten. */
    void restart() throws Exception {
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = harness();
        harness.initializeState(state);
        harness.open();
    }

    void again(long version) throws Exception {
        harness.processElement(new PublishInput.PublishAgain("heart", new Buffer(version, 1)), 0);
    }

    void allDone(long version, int outOfBounds) throws Exception {
        for (int shard = 0; shard < SHARDS.size(); shard++) {
            done(version, shard, outOfBounds);
        }
    }

    void note(String event) throws Exception {
        harness.processElement(new PublishInput.Note("heart", context(), new AuditNote(event, new TreeMap<>())), 0);
    }

    /** What gauges for the operator's alarm showed when they came up. */
    List<Long> halted() {
        return halted;
    }

    List<OutRecord> output() {
        return harness.extractOutputValues();
    }

    VerifyingKey verifier() {
        return verifier;
    }
}
