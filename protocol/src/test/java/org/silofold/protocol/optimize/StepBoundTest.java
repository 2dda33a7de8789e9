package org.silofold.protocol.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class StepBoundTest {
    private static final double CLIP = 0.5;

    @Property(tries = 400)
    void noParameterMovesFurther(
            @ForAll long seed,
            @ForAll OptimizerKind kind,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = 0.9999) double beta1,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = 0.999999) double beta2,
            @ForAll @DoubleRange(min = -9, max = 0) double tauExponent) {
        OptimizerSpec spec = new OptimizerSpec(kind, 0.1, beta1, beta2, Math.pow(10, tauExponent));
        Random random = new Random(seed);
        float[] x = {random.nextFloat()};
        float[] m = {0};
        float[] v = {0};
        int pattern = random.nextInt(4);
        for (long version = 1; version <= 200; version++) {
            float before = x[0];
            ServerOptimizer.step(spec, x, new float[] {mean(random, pattern, version)}, m, v, 0, 1);
            double bound = ServerOptimizer.stepBound(spec, CLIP, version);
            assertThat(StepBound.holds(bound, before, x[0]))
                    .as("%s, version %d: moved %s, bound %s", spec, version, x[0] - before, bound)
                    .isTrue();
        }
    }

    /** Where a mean's history is the worst that the proof allows, the bound is reached to a part in a thousand. */
    @Test
    void theBoundIsReached() {
        OptimizerSpec average = new OptimizerSpec(OptimizerKind.FEDAVG, 0.1, 0, 0, 0);
        assertThat(ServerOptimizer.stepBound(average, CLIP, 1)).isBetween(0.05, 0.05 * 1.001);
        OptimizerSpec momentum = new OptimizerSpec(OptimizerKind.FEDAVGM, 0.1, 0.9, 0, 0);
        assertThat(ServerOptimizer.stepBound(momentum, CLIP, 1000)).isBetween(0.5, 0.5 * 1.001);
        // First step: m = (1 - b1) d, v = (1 - b2) d^2.
        OptimizerSpec adam = new OptimizerSpec(OptimizerKind.FEDADAM, 0.1, 0.9, 0.99, 1e-3);
        double first = 0.1 * (0.1 * CLIP) / (0.1 * CLIP + 1e-3);
        assertThat(ServerOptimizer.stepBound(adam, CLIP, 1)).isBetween(first, first * 1.001);
    }

    @Test
    void theBoundIsFiniteAndSoundWhereItsGeometricRatioIsNearOne() {
        // beta1^2 / (2 beta2 - 1) = 0.81 / 0.81
        OptimizerSpec yogi = new OptimizerSpec(OptimizerKind.FEDYOGI, 0.01, 0.9, 0.905, 1e-9);
        double before = 0;
        for (long version = 1; version <= 1_000_000; version *= 10) {
            double bound = ServerOptimizer.stepBound(yogi, CLIP, version);
            assertThat(bound).isGreaterThan(before).isLessThan(1e9);
            double terms = 0.1 / Math.sqrt(0.095) * Math.sqrt((double) version);
            double b = CLIP * (1 - Math.pow(0.9, (double) version));
            assertThat(bound).isBetween(0.01 / (1 / terms + 1e-9 / b) * 0.9999, 0.01 / (1 / terms + 1e-9 / b) * 1.2);
            before = bound;
        }
    }

    private static float mean(Random random, int pattern, long version) {
        float any = (float) CLIP * (2 * random.nextFloat() - 1);
        return switch (pattern) {
            case 0 -> any;
            case 1 -> version % 50 == 0 ? (float) CLIP : 1e-24f * any;
            case 2 -> (float) (CLIP * Math.pow(0.9, 200.0 - version));
            default -> (float) CLIP;
        };
    }
}
