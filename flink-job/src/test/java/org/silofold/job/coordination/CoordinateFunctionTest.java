package org.silofold.job.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.job.config.KeyFiles;
import org.silofold.job.config.Party;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.ModelEvent;
import org.silofold.job.event.OutRecord;
import org.silofold.job.event.ShardCommand;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;

/** The fences of each start. */
class CoordinateFunctionTest {
    private static final Party PARTY = new Party("fed", "aggregator", "");
    private static final long SILENCE = 61_000;

    @TempDir
    private Path dir;

    private VerifyingKey verifier;
    private KeyedOneInputStreamOperatorTestHarness<String, ModelEvent, ShardCommand> harness;

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

    private KeyedOneInputStreamOperatorTestHarness<String, ModelEvent, ShardCommand> harness() throws Exception {
        KeyFiles files = new KeyFiles("", dir.resolve("identity.pem").toString(), "");
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new CoordinateFunction(PARTY, files, SILENCE)),
                ModelEvent::model,
                Types.STRING);
    }

    private void restore(OperatorSubtaskState state) throws Exception {
        harness.close();
        harness = harness();
        harness.initializeState(state);
        harness.open();
    }

    private void event(String model) throws Exception {
        harness.processElement(new ModelEvent(model, new CoordinatorEvent.Timer()), 0);
    }

    private List<StartId> fences(String topic, String model) {
        return Stream.ofNullable(harness.getSideOutput(CoordinateFunction.DECISIONS))
                .flatMap(queue -> queue.stream())
                .map(record -> record.getValue())
                .filter(out -> out.topic().equals(topic))
                .filter(out -> java.util.Arrays.equals(out.key().orElseThrow(), Topics.fenceKey(model)))
                .map(this::open)
                .toList();
    }

    private StartId open(OutRecord out) {
        return SignedRecords.open(Fence.class, Purpose.FENCE, out.value(), "aggregator", verifier, RecordLimits.DEFAULT)
                .message()
                .start();
    }

    @Test
    void everyStartWritesItsOwnFencesOnceAModelInBothPlaces() throws Exception {
        event("heart");
        event("heart");
        event("lung");
        List<StartId> first = fences("unmask-requests", "heart");
        assertThat(first).hasSize(1);
        assertThat(fences("model-manifests", "heart")).isEqualTo(first);
        assertThat(fences("model-manifests", "lung")).isEqualTo(first);

        OperatorSubtaskState state = harness.snapshot(1, 1);
        restore(state);
        event("heart");
        List<StartId> second = fences("unmask-requests", "heart");
        assertThat(second).hasSize(1).doesNotContainAnyElementsOf(first);
        restore(state);
        event("heart");
        List<StartId> third = fences("model-manifests", "heart");
        assertThat(third).hasSize(1).doesNotContainAnyElementsOf(first).doesNotContainAnyElementsOf(second);
    }
}
