package org.silofold.protocol.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.silofold.protocol.reason.RejectedException;

/** Two steps of each optimiser by hand: x = 1, means 0.5 and then -0.25, learning rate 0.1, beta1 = 0.5, beta2 = 0.75, tau = 0.5. */
class ServerOptimizerTest {
    private static final Offset<Float> CLOSE = within(1e-6f);

    private final float[] x = {1};
    private final float[] m = {0};
    private final float[] v = {0};

    @Test
    void fedAvg() {
        step(OptimizerKind.FEDAVG, 0.5f);
        assertThat(x[0]).isCloseTo(1.05f, CLOSE);
        step(OptimizerKind.FEDAVG, -0.25f);
        assertThat(x[0]).isCloseTo(1.025f, CLOSE);
        assertThat(m[0]).isZero();
        assertThat(v[0]).isZero();
    }

    @Test
    void fedAvgM() {
        step(OptimizerKind.FEDAVGM, 0.5f);
        assertThat(x[0]).isCloseTo(1.05f, CLOSE);
        step(OptimizerKind.FEDAVGM, -0.25f);
        // m = 0.5 * 0.5 - 0.25 = 0
        assertThat(m[0]).isZero();
        assertThat(x[0]).isCloseTo(1.05f, CLOSE);
    }

    @Test
    void fedAdagrad() {
        step(OptimizerKind.FEDADAGRAD, 0.5f);
        // m = 0.25, v = 0.25: 0.1 * 0.25 / (0.5 + 0.5)
        assertThat(x[0]).isCloseTo(1.025f, CLOSE);
        step(OptimizerKind.FEDADAGRAD, -0.25f);
        // m = 0.125 - 0.125 = 0, v = 0.25 + 0.0625
        assertThat(m[0]).isZero();
        assertThat(v[0]).isEqualTo(0.3125f);
        assertThat(x[0]).isCloseTo(1.025f, CLOSE);
    }

    @Test
    void fedAdam() {
        step(OptimizerKind.FEDADAM, 0.5f);
        // m = 0.25, v = 0.0625: 0.1 * 0.25 / (0.25 + 0.5)
        assertThat(v[0]).isEqualTo(0.0625f);
        assertThat(x[0]).isCloseTo(1.0333333f, CLOSE);
        step(OptimizerKind.FEDADAM, 0.25f);
        // m = 0.125 + 0.125 = 0.25, v = 0.046875 + 0.015625 = 0.0625: the same step again
        assertThat(v[0]).isEqualTo(0.0625f);
        assertThat(x[0]).isCloseTo(1.0666667f, CLOSE);
    }

    @Test
    void fedYogi() {
        step(OptimizerKind.FEDYOGI, 0.5f);
        // v = 0 + 0.25 * 0.25 because 0 < 0.25
        assertThat(v[0]).isEqualTo(0.0625f);
        assertThat(x[0]).isCloseTo(1.0333333f, CLOSE);
        step(OptimizerKind.FEDYOGI, 0.125f);
        // d^2 = 0.015625 < v: v = 0.0625 - 0.25 * 0.015625 = 0.05859375; m = 0.125 + 0.0625 = 0.1875
        assertThat(v[0]).isEqualTo(0.05859375f);
        assertThat(m[0]).isEqualTo(0.1875f);
        assertThat(x[0]).isCloseTo(1.0333333f + 0.1f * 0.1875f / (0.2420615f + 0.5f), CLOSE);
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheRangeMovesAndAReplayGivesTheSameBits(OptimizerKind kind) {
        float[][] whole = run(kind, 0, 100, 100);
        float[][] parts = run(kind, 0, 37, 100);
        assertThat(parts).isDeepEqualTo(whole);
        float[] some = new float[100];
        ServerOptimizer.step(spec(kind), some, whole[0], new float[100], new float[100], 20, 30);
        for (int i = 0; i < 100; i++) {
            assertThat(some[i] != 0).isEqualTo(i >= 20 && i < 30);
        }
    }

    @Test
    void codesAreStableAndSpecificationsChecked() {
        assertThat(OptimizerKind.values())
                .extracting(OptimizerKind::code)
                .containsExactly("fedavg", "fedavgm", "fedadagrad", "fedadam", "fedyogi");
        for (OptimizerKind kind : OptimizerKind.values()) {
            assertThat(OptimizerKind.ofCode(kind.code())).isEqualTo(kind);
        }
        assertThatThrownBy(() -> OptimizerKind.ofCode("sgd")).isInstanceOf(RejectedException.class);
        refused(0, 0.9, 0.99, 0.001);
        refused(Double.NaN, 0.9, 0.99, 0.001);
        refused(0.1, 1, 0.99, 0.001);
        refused(0.1, 0.9, 1, 0.001);
        refused(0.1, 0.9, 0.99, 0);
        assertThat(new OptimizerSpec(OptimizerKind.FEDAVG, 1, 0, 0, 0).usesFirstMoment())
                .isFalse();
    }

    private static float[][] run(OptimizerKind kind, int from, int cut, int to) {
        Random random = new Random(9);
        float[] x = new float[to];
        float[] m = new float[to];
        float[] v = new float[to];
        for (int step = 0; step < 20; step++) {
            float[] mean = new float[to];
            for (int i = 0; i < to; i++) {
                mean[i] = random.nextFloat() + 0.01f;
            }
            ServerOptimizer.step(spec(kind), x, mean, m, v, from, cut);
            ServerOptimizer.step(spec(kind), x, mean, m, v, cut, to);
        }
        return new float[][] {x, m, v};
    }

    private void step(OptimizerKind kind, float mean) {
        ServerOptimizer.step(spec(kind), x, new float[] {mean}, m, v, 0, 1);
    }

    private static OptimizerSpec spec(OptimizerKind kind) {
        return new OptimizerSpec(kind, 0.1, 0.5, 0.75, 0.5);
    }

    private static void refused(double rate, double beta1, double beta2, double tau) {
        assertThatThrownBy(() -> new OptimizerSpec(OptimizerKind.FEDYOGI, rate, beta1, beta2, tau))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
