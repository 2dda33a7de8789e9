package org.silofold.protocol.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

class EncodingRoundTripTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final Encoding ENCODING = new Encoding(SET, 0.5, 20);

    @Property(tries = 25)
    void theMeanComesBackWithinItsErrorBound(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int silos) {
        Random random = new Random(seed);
        ShardLayout layout = new ShardLayout(SET, 1 + random.nextInt(3 * SET.n()));
        Cohort cohort = new Cohort(ENCODING, layout, random);
        double[] expected = new double[(int) layout.parameterCount()];
        double weights = 0;
        for (int i = 0; i < silos; i++) {
            double weight = 0.05 + 0.95 * random.nextDouble();
            float[] delta = delta(random, expected.length);
            cohort.add(delta, weight);
            weights += weight;
            for (int k = 0; k < delta.length; k++) {
                expected[k] += weight * Math.max(-0.5, Math.min(0.5, delta[k]));
            }
        }
        float[] mean = new float[expected.length];
        MeanDecoder.decode(ENCODING, cohort.opened(0), 0, mean.length, silos, weights, mean, 0);
        // Each silo: an error within 84 units and a rounding within 1. The last term is for the mean's rounding to
        // float.
        double bound = silos * 85 * ENCODING.unit() / weights + 1e-7;
        for (int k = 0; k < mean.length; k++) {
            assertThat((double) mean[k]).isBetween(expected[k] / weights - bound, expected[k] / weights + bound);
        }
    }

    @Test
    void roundingIsUnbiasedAndBetweenNeighbours() {
        StochasticRounding rounding = new StochasticRounding(KeyStream.of(new byte[32]), 1 << 16);
        for (double value : new double[] {0.3, -0.3, 1234.75, -1234.75, 1 << 26, -(1 << 26), 0}) {
            rounding.draw(1 << 16);
            double sum = 0;
            for (int i = 0; i < 1 << 16; i++) {
                double rounded = rounding.round(value, i);
                assertThat(Math.abs(rounded - value)).isLessThan(1);
                sum += rounded - value;
            }
            // Five standard deviations of the mean: at most 0.5 / 256 each.
            assertThat(Math.abs(sum / (1 << 16))).isLessThan(0.01);
        }
    }

    @Test
    void valuesBeyondTheClipCountAsTheClip() {
        ShardLayout layout = new ShardLayout(SET, 4);
        Cohort cohort = new Cohort(ENCODING, layout, new Random(1));
        cohort.add(new float[] {1e30f, -1e30f, 0.5f, -0.5f}, 1);
        int[] opened = cohort.opened(0);
        int scale = ENCODING.scale();
        assertThat(opened[0]).isBetween(scale - 84, scale + 84);
        assertThat(opened[1]).isBetween(-scale - 84, -scale + 84);
        float[] mean = new float[4];
        MeanDecoder.decode(ENCODING, opened, 0, 4, 1, 0.999, mean, 0);
        assertThat(mean).containsExactly(0.5f, -0.5f, 0.5f, -0.5f);
    }

    @Test
    void whatIsNotFiniteIsRefusedAndNamed() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] delta = new float[3000];
            delta[2500] = bad;
            Cohort cohort = new Cohort(ENCODING, new ShardLayout(SET, 3000), new Random(1));
            assertThatThrownBy(() -> cohort.add(delta, 1)).isInstanceOfSatisfying(RejectedException.class, e -> {
                assertThat(e.reason()).isEqualTo(Reason.NOT_FINITE);
                assertThat(e).hasMessageContaining("delta[2500]");
            });
        }
    }

    @Test
    void wrongShapesAndWeightsAreRefused() {
        Cohort cohort = new Cohort(ENCODING, new ShardLayout(SET, 10), new Random(1));
        assertRefused(Reason.WRONG_SHAPE, () -> cohort.add(new float[11], 1));
        assertRefused(Reason.INVALID_FIELD, () -> cohort.add(new float[10], 0));
        assertRefused(Reason.INVALID_FIELD, () -> cohort.add(new float[10], 1.01));
        assertRefused(Reason.INVALID_FIELD, () -> cohort.add(new float[10], Double.NaN));
    }

    @Test
    void sumsBeyondWhatTheCohortCanHaveAreRefusedBeforeAnythingIsWritten() {
        int bound = ENCODING.sumBound(3);
        float[] mean = {7, 7};
        for (int bad : new int[] {bound + 1, -bound - 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            int[] sums = {0, bad};
            assertRefused(Reason.COHORT_BROKEN, () -> MeanDecoder.decode(ENCODING, sums, 0, 2, 3, 1, mean, 0));
        }
        assertThat(mean).containsExactly(7, 7);
        MeanDecoder.decode(ENCODING, new int[] {bound, -bound}, 0, 2, 3, 3, mean, 0);
        assertThat(mean).containsExactly(0.5f, -0.5f);
    }

    private static float[] delta(Random random, int length) {
        float[] delta = new float[length];
        for (int i = 0; i < length; i++) {
            delta[i] = 0.3f * (float) random.nextGaussian();
        }
        return delta;
    }

    static void assertRefused(Reason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                .isEqualTo(reason));
    }
}
