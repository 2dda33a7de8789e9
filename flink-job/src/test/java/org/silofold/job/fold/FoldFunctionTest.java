package org.silofold.job.fold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.FoldedShard;
import org.silofold.job.event.PublishInput;
import org.silofold.job.event.ShardCommand;
import org.silofold.job.event.ShardPayload;
import org.silofold.job.event.ShardPlace;
import org.silofold.job.types.JobTypes;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;

class FoldFunctionTest {
    private static final int PARAMETERS = 97 * 2048 + 5;
    private static final ShardPlace FIRST = new ShardPlace("heart", 0);
    private static final ShardPlace SECOND = new ShardPlace("heart", 1);
    /** 2^-18 of the clip. */
    private static final double TOLERANCE = MaskedCohort.CLIP * 0x1p-18;

    private final MaskedCohort cohort = new MaskedCohort(7, 4, PARAMETERS, "fedavg");
    private KeyedTwoInputStreamOperatorTestHarness<ShardPlace, ShardPayload, ShardCommand, FoldedShard> harness;

    @BeforeEach
    void start() throws Exception {
        harness = harness();
        harness.open();
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
    }

    private static KeyedTwoInputStreamOperatorTestHarness<ShardPlace, ShardPayload, ShardCommand, FoldedShard> harness()
            throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new FoldFunction()),
                ShardPayload::place,
                ShardCommand::place,
                JobTypes.PLACE);
    }

    private void restart() throws Exception {
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = harness();
        harness.initializeState(state);
        harness.open();
    }

    private void payload(ShardPlace place, int silo) throws Exception {
        payload(place, silo, cohort.words(silo, place.index()));
    }

    private void payload(ShardPlace place, int silo, byte[] words) throws Exception {
        harness.processElement1(new ShardPayload.VerifiedShard(place, MaskedCohort.key(silo), words), 0);
    }

    private void initial(ShardPlace place, float value) throws Exception {
        command(place, new FoldCommand.Apply(0));
        float[] parameters = new float[cohort.layout.parametersIn(place.index())];
        Arrays.fill(parameters, value);
        harness.processElement1(
                new ShardPayload.InitialShard(
                        place, MaskedCohort.context(), cohort.layout.shards(), FloatBytes.bytes(parameters)),
                0);
    }

    private void command(ShardPlace place, FoldCommand command) throws Exception {
        harness.processElement2(new ShardCommand(place, command), 0);
    }

    /** Opens and, as if its manifest was out, applies. */
    private void openAndApply(ShardPlace place, FoldCommand.Open open) throws Exception {
        command(place, open);
        command(place, new FoldCommand.Apply(open.version()));
    }

    private List<PublishInput.ShardDone> done() {
        return Stream.ofNullable(harness.getSideOutput(FoldFunction.DONE))
                .flatMap(queue -> queue.stream())
                .map(record -> (PublishInput.ShardDone) record.getValue())
                .toList();
    }

    private void joinAll(ShardPlace place, long accumulator, int... silos) throws Exception {
        for (int silo : silos) {
            command(place, new FoldCommand.Join(accumulator, MaskedCohort.key(silo)));
        }
    }

    private List<FoldedShard> output() {
        return harness.extractOutputValues();
    }

    /** The last shard that came out is {@code before} plus half (the learning rate) of the plain mean. */
    private void assertStepped(ShardPlace place, long version, float before, int... silos) {
        FoldedShard last = output().get(output().size() - 1);
        assertThat(last.version()).isEqualTo(version);
        assertThat(last.index()).isEqualTo(place.index());
        assertThat(done()).allMatch(shard -> shard.outOfBounds() == 0);
        float[] parameters = FloatBytes.floats(last.parameters());
        int from = (int) cohort.layout.firstParameter(place.index());
        for (int i = 0; i < parameters.length; i++) {
            double expected = before + 0.5 * cohort.plainMean(from + i, silos);
            assertThat((double) parameters[i]).isCloseTo(expected, Offset.offset(TOLERANCE));
        }
    }

    @Test
    void opensTheMeanOfTheCohortAndOfNobodyElse() throws Exception {
        initial(FIRST, 1f);
        for (int silo = 0; silo < 4; silo++) {
            payload(FIRST, silo);
        }
        joinAll(FIRST, 1, 0, 1, 2);
        command(FIRST, new FoldCommand.Certified(1));
        openAndApply(FIRST, cohort.open(1, 1, 0, 1, 2));
        assertThat(output()).hasSize(2);
        assertStepped(FIRST, 1, 1f, 0, 1, 2);
    }

    @Test
    void commandsOvertakeBytesAndTheInitialModel() throws Exception {
        joinAll(SECOND, 4, 0, 1);
        command(SECOND, new FoldCommand.Certified(4));
        openAndApply(SECOND, cohort.open(4, 1, 0, 1));
        payload(SECOND, 1);
        payload(SECOND, 0);
        assertThat(output()).isEmpty();
        initial(SECOND, -2f);
        assertThat(output()).extracting(FoldedShard::version).containsExactly(0L, 1L);
        assertStepped(SECOND, 1, -2f, 0, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void goesOnFromASnapshotTakenAnywhere(int at) throws Exception {
        int step = 0;
        for (ThrowingStep next : List.<ThrowingStep>of(
                () -> initial(FIRST, 0f),
                () -> payload(FIRST, 0),
                () -> joinAll(FIRST, 9, 0, 1, 2),
                () -> payload(FIRST, 2),
                () -> command(FIRST, new FoldCommand.Leave(9, MaskedCohort.key(2))),
                () -> payload(FIRST, 1),
                () -> command(FIRST, new FoldCommand.Certified(9)),
                () -> openAndApply(FIRST, cohort.open(9, 1, 0, 1)))) {
            if (step++ == at) {
                restart();
            }
            next.run();
        }
        assertStepped(FIRST, 1, 0f, 0, 1);
    }

    private interface ThrowingStep {
        void run() throws Exception;
    }

    @Test
    void anUpdateThatLeavesMayJoinTheNextSum() throws Exception {
        initial(FIRST, 0f);
        payload(FIRST, 0);
        payload(FIRST, 1);
        payload(FIRST, 2);
        joinAll(FIRST, 1, 0, 1, 2);
        command(FIRST, new FoldCommand.Leave(1, MaskedCohort.key(1)));
        joinAll(FIRST, 2, 1);
        command(FIRST, new FoldCommand.Certified(1));
        openAndApply(FIRST, cohort.open(1, 1, 0, 2));
        assertStepped(FIRST, 1, 0f, 0, 2);
        payload(FIRST, 3);
        joinAll(FIRST, 2, 3);
        command(FIRST, new FoldCommand.Certified(2));
        float[] before = FloatBytes.floats(output().get(1).parameters());
        openAndApply(FIRST, cohort.open(2, 2, 1, 3));
        float[] after = FloatBytes.floats(output().get(2).parameters());
        for (int i = 0; i < after.length; i += 101) {
            assertThat(after[i] - before[i])
                    .isCloseTo((float) (0.5 * cohort.plainMean(i, 1, 3)), Offset.offset((float) TOLERANCE));
        }
    }

    @Test
    void theFirstBytesOfAPlaceStand() throws Exception {
        initial(FIRST, 0f);
        payload(FIRST, 0);
        payload(FIRST, 1);
        payload(FIRST, 0, new byte[cohort.layout.bytesIn(0)]);
        joinAll(FIRST, 1, 0, 1);
        payload(FIRST, 1, new byte[cohort.layout.bytesIn(0)]);
        command(FIRST, new FoldCommand.Certified(1));
        payload(FIRST, 1, new byte[cohort.layout.bytesIn(0)]);
        openAndApply(FIRST, cohort.open(1, 1, 0, 1));
        assertStepped(FIRST, 1, 0f, 0, 1);
    }

    @Test
    void bytesOfAnEndedUpdateAreNotKept() throws Exception {
        command(FIRST, new FoldCommand.Drop(MaskedCohort.key(0)));
        int before = harness.numKeyedStateEntries();
        payload(FIRST, 0);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(before);
        payload(FIRST, 1);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(before + 1);
        command(FIRST, new FoldCommand.Drop(MaskedCohort.key(1)));
        assertThat(harness.numKeyedStateEntries()).isEqualTo(before);
    }

    @Test
    void aCertifiedSumKeepsNoBytesOfItsUpdates() throws Exception {
        payload(FIRST, 0);
        joinAll(FIRST, 1, 0, 1);
        int withStaged = harness.numKeyedStateEntries();
        command(FIRST, new FoldCommand.Certified(1));
        assertThat(harness.numKeyedStateEntries()).isLessThan(withStaged);
        int certified = harness.numKeyedStateEntries();
        payload(FIRST, 1);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(certified);
    }

    private static byte[] garbage(int length) {
        byte[] garbage = new byte[length];
        new Random(5).nextBytes(garbage);
        for (int i = 3; i < garbage.length; i += 4) {
            garbage[i] &= 0x7f;
        }
        return garbage;
    }

    @Test
    void whatIsNotPublishedChangesNothing() throws Exception {
        initial(FIRST, 0.5f);
        payload(FIRST, 0);
        payload(FIRST, 1, garbage(cohort.layout.bytesIn(0)));
        joinAll(FIRST, 1, 0, 1);
        command(FIRST, new FoldCommand.Certified(1));
        command(FIRST, cohort.open(1, 1, 0, 1));
        assertThat(done().get(1).outOfBounds()).isGreaterThan(96 * 2048 * 3 / 4);
        assertThat(done().get(1).buffer()).isEqualTo(new Buffer(1, 1));
        assertThat(output()).extracting(FoldedShard::version).containsExactly(0L);
        command(FIRST, new FoldCommand.Discard(1));
        payload(FIRST, 2);
        payload(FIRST, 3);
        joinAll(FIRST, 2, 2, 3);
        command(FIRST, new FoldCommand.Certified(2));
        openAndApply(FIRST, cohort.open(2, 1, 2, 3));
        assertThat(output()).hasSize(2);
        FoldedShard last = output().get(1);
        assertThat(last.version()).isEqualTo(1);
        float[] parameters = FloatBytes.floats(last.parameters());
        for (int i = 0; i < parameters.length; i += 101) {
            assertThat((double) parameters[i])
                    .isCloseTo(0.5 + 0.5 * cohort.plainMean(i, 2, 3), Offset.offset(TOLERANCE));
        }
        assertThat(done().get(2).digest()).isEqualTo(Digest.sha256(last.parameters()));
    }

    /** A broken attempt, then a good one, with a restart before each step in turn: always the same bits. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void aRestartInAnyPhaseOfABrokenAttemptGivesTheSameBits(int at) throws Exception {
        MaskedCohort yogi = new MaskedCohort(13, 4, PARAMETERS, "fedyogi");
        byte[][] words = {yogi.words(0, 1), garbage(yogi.layout.bytesIn(1)), yogi.words(2, 1), yogi.words(3, 1)};
        List<byte[]> runs = new ArrayList<>();
        for (int restartAt : new int[] {Integer.MAX_VALUE, at}) {
            harness.close();
            start();
            int step = 0;
            byte[] last = {};
            for (ThrowingStep next : List.<ThrowingStep>of(
                    () -> initial(SECOND, 0.25f),
                    () -> payload(SECOND, 0, words[0]),
                    () -> payload(SECOND, 1, words[1]),
                    () -> joinAll(SECOND, 1, 0, 1),
                    () -> command(SECOND, yogi.open(1, 1, 0, 1)),
                    () -> command(SECOND, new FoldCommand.Discard(1)),
                    () -> joinAll(SECOND, 2, 2, 3),
                    () -> payload(SECOND, 3, words[3]),
                    () -> command(SECOND, yogi.open(2, 1, 2, 3)),
                    () -> {
                        command(SECOND, new FoldCommand.Apply(1));
                        payload(SECOND, 2, words[2]);
                    })) {
                if (step++ == restartAt) {
                    restart();
                }
                next.run();
                if (!output().isEmpty()) {
                    last = output().get(output().size() - 1).parameters();
                }
            }
            assertThat(output().get(output().size() - 1).version()).isEqualTo(1);
            runs.add(last);
        }
        assertThat(runs.get(1)).isEqualTo(runs.get(0));
    }

    @Test
    void aVersionWithoutCohortKeepsParametersAndMoments() throws Exception {
        MaskedCohort adam = new MaskedCohort(17, 2, PARAMETERS, "fedadam");
        byte[] zero = adam.words(0, 1);
        byte[] one = adam.words(1, 1);
        List<byte[]> stepped = new ArrayList<>();
        for (boolean carries : new boolean[] {false, true}) {
            harness.close();
            start();
            if (carries) {
                command(SECOND, new FoldCommand.Carry(1, MaskedCohort.context()));
            }
            initial(SECOND, 0.25f);
            long base = carries ? 1 : 0;
            if (carries) {
                assertThat(output()).extracting(FoldedShard::version).containsExactly(0L, 1L);
                assertThat(output().get(1).parameters())
                        .isEqualTo(output().get(0).parameters());
                restart();
            }
            payload(SECOND, 0, zero);
            payload(SECOND, 1, one);
            joinAll(SECOND, 1, 0, 1);
            openAndApply(SECOND, adam.open(1, base + 1, 0, 1));
            stepped.add(output().get(output().size() - 1).parameters());
        }
        assertThat(stepped.get(1)).isEqualTo(stepped.get(0));
    }

    @Test
    void aReplayInAnotherOrderGivesTheSameBits() throws Exception {
        MaskedCohort yogi = new MaskedCohort(11, 2, PARAMETERS, "fedyogi");
        byte[] zero = yogi.words(0, 1);
        byte[] one = yogi.words(1, 1);
        FoldCommand.Open open = yogi.open(1, 1, 0, 1);

        initial(SECOND, 0.25f);
        payload(SECOND, 0, zero);
        payload(SECOND, 1, one);
        joinAll(SECOND, 1, 0, 1);
        openAndApply(SECOND, open);
        byte[] first = output().get(1).parameters();

        harness.close();
        start();
        joinAll(SECOND, 1, 1, 0);
        openAndApply(SECOND, open);
        payload(SECOND, 1, one);
        payload(SECOND, 0, zero);
        initial(SECOND, 0.25f);
        assertThat(output().get(1).parameters()).isEqualTo(first);
    }
}
