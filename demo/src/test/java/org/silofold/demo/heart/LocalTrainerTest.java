package org.silofold.demo.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LocalTrainerTest {
    private final Examples train = HeartDisease.load().of(Hospital.CLEVELAND).train();

    @Test
    void gradientAgreesWithFiniteDifferences() {
        float[] parameters = LogisticRegression.initialise(7);
        int[] rows = IntStream.range(0, train.size()).toArray();
        double[] gradient = new double[LogisticRegression.PARAMETERS];
        double loss = LogisticRegression.gradient(parameters, train, rows, 0, rows.length, gradient);
        assertThat(loss)
                .isCloseTo(LogisticRegression.evaluate(parameters, train).loss(), within(1e-12));
        float step = 1f / 256;
        for (int i = 0; i < parameters.length; i++) {
            double slope = (lossWith(parameters, i, step) - lossWith(parameters, i, -step)) / (2 * step);
            assertThat(gradient[i]).as("parameter %d", i).isCloseTo(slope, within(1e-5));
        }
    }

    @Test
    void oneFullBatchStepGoesDownTheGradient() {
        float[] base = LogisticRegression.initialise(3);
        double[] gradient = new double[LogisticRegression.PARAMETERS];
        int[] rows = IntStream.range(0, train.size()).toArray();
        LogisticRegression.gradient(base, train, rows, 0, rows.length, gradient);
        float[] delta = LocalTrainer.train(base, train, 1, train.size(), 0.5, 9).delta();
        for (int i = 0; i < delta.length; i++) {
            assertThat((double) delta[i]).isCloseTo(-0.5 * gradient[i], within(1e-6));
        }
    }

    @Test
    void everyExampleIsSeenOnceAPass() {
        // With steps so small that the parameters do not move, one pass's mean loss is the mean over all examples
        // only if every example is drawn exactly once; 200 = 50 batches of 4.
        Examples even = Examples.concat(List.of(train, single(train)));
        float[] base = LogisticRegression.initialise(1);
        double loss = LocalTrainer.train(base, even, 50, 4, 1e-12, 5).loss();
        assertThat(loss).isCloseTo(LogisticRegression.evaluate(base, even).loss(), within(1e-9));
        double twoPasses = LocalTrainer.train(base, even, 100, 4, 1e-12, 6).loss();
        assertThat(twoPasses).isCloseTo(loss, within(1e-9));
    }

    @Test
    void sameSeedGivesTheSameBitsAndAnotherSeedDoesNot() {
        float[] base = LogisticRegression.initialise(42);
        float[] before = base.clone();
        float[] first = train(base, 42);
        assertThat(train(base, 42)).containsExactly(first);
        assertThat(train(base, 43)).isNotEqualTo(first);
        assertThat(base).containsExactly(before);
        assertThat(LocalTrainer.seed(1, Hospital.VA, 2))
                .isEqualTo(LocalTrainer.seed(1, Hospital.VA, 2))
                .isNotEqualTo(LocalTrainer.seed(1, Hospital.VA, 3))
                .isNotEqualTo(LocalTrainer.seed(1, Hospital.CLEVELAND, 2))
                .isNotEqualTo(LocalTrainer.seed(2, Hospital.VA, 2));
    }

    @Test
    void trainingLowersTheLoss() {
        float[] parameters = LogisticRegression.initialise(42);
        double before = LogisticRegression.evaluate(parameters, train).loss();
        LocalUpdate update = LocalTrainer.train(parameters, train, 100, 4, 0.01, 1);
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] += update.delta()[i];
        }
        assertThat(LogisticRegression.evaluate(parameters, train).loss()).isLessThan(before);
        assertThat(update.largest()).isPositive().isLessThan(1);
    }

    @Test
    void initialParametersFillTheirRange() {
        float bound = (float) (1 / Math.sqrt(13));
        float[] drawn = new float[1400];
        for (int seed = 0; seed < 100; seed++) {
            System.arraycopy(LogisticRegression.initialise(seed), 0, drawn, seed * 14, 14);
        }
        float low = 0;
        float high = 0;
        for (float value : drawn) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        assertThat(high).isLessThanOrEqualTo(bound).isGreaterThan(0.98f * bound);
        assertThat(low).isGreaterThanOrEqualTo(-bound).isLessThan(-0.98f * bound);
    }

    @Test
    void evaluationCountsRightAnswersAtOneHalf() {
        Examples two = new Examples(13, new float[26], new float[] {0, 1});
        float[] parameters = new float[14];
        parameters[13] = 1;
        Evaluation evaluation = LogisticRegression.evaluate(parameters, two);
        assertThat(evaluation.correct()).isOne();
        assertThat(evaluation.accuracy()).isEqualTo(0.5);
        assertThat(evaluation.loss()).isCloseTo(Math.log1p(Math.E) - 0.5, within(1e-12));
    }

    @Test
    void impossibleArgumentsAreRefused() {
        assertThatThrownBy(() -> LocalTrainer.train(new float[3], train, 1, 1, 1, 1))
                .hasMessageContaining("3 parameters");
        assertThatThrownBy(() -> LocalTrainer.train(new float[14], train, 0, 1, 1, 1))
                .hasMessageContaining("steps");
    }

    private float[] train(float[] base, long seed) {
        return LocalTrainer.train(base, train, 100, 4, 0.01, seed).delta();
    }

    private double lossWith(float[] parameters, int index, float change) {
        float[] moved = parameters.clone();
        moved[index] += change;
        return LogisticRegression.evaluate(moved, train).loss();
    }

    private static Examples single(Examples from) {
        float[] features = new float[from.width()];
        for (int j = 0; j < features.length; j++) {
            features[j] = from.feature(0, j);
        }
        return new Examples(from.width(), features, new float[] {from.label(0)});
    }
}
