package org.silofold.protocol.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

class ClippedDeltaTest {
    private static final Encoding PLAIN = new Encoding(ParameterSet.MASK_2048_32, 0.5, 16);

    /** Random and hostile vectors, of any size: no integer beyond V, no norm beyond the sensitivity, and zero stays zero. */
    @Property(tries = 400)
    void neitherNormNorValuesExceedTheirBounds(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(5000);
        PrivateEncoding encoding = encoding(random, d);
        float[] delta = hostile(random, d, (float) encoding.l2Clip());
        float[] before = delta.clone();
        long sum = 0;
        try (ClippedDelta clipped = ClippedDelta.of(encoding, delta, stream(random))) {
            for (int i = 0; i < d; i++) {
                long unit = clipped.unit(i);
                assertThat(Math.abs(unit)).isLessThanOrEqualTo(encoding.valueBound());
                assertThat(unit != 0 && Math.signum((double) unit) != Math.signum(delta[i]))
                        .isFalse();
                sum = Math.addExact(sum, Math.multiplyExact(unit, unit));
            }
        }
        assertThat(sum).isLessThanOrEqualTo(encoding.squaredNorm());
        assertThat(delta).isEqualTo(before);
    }

    /** The bound is for the largest that rounding can make of a vector at the clip, and no more than a little above what it does make. */
    @Test
    void theSensitivityIsNearlyReached() {
        int d = 4096;
        PrivateEncoding encoding = PrivateEncoding.of(PLAIN, 1, 1, 4, 0, d);
        float[] delta = new float[d];
        Arrays.fill(delta, 1);
        double sum = 0;
        try (ClippedDelta clipped = ClippedDelta.of(encoding, delta, KeyStream.of(new byte[32]))) {
            for (int i = 0; i < d; i++) {
                sum += (double) clipped.unit(i) * clipped.unit(i);
            }
        }
        assertThat(Math.sqrt(sum / encoding.squaredNorm())).isBetween(0.999, 1.0);
    }

    /** What is clipped is scaled to the l2 clip, what is within it only scaled; the margin is 2^-32. */
    @Property(tries = 200)
    void theClippedVectorHasTheClipsNorm(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(3000);
        PrivateEncoding encoding = PrivateEncoding.of(PLAIN, 0.1 + random.nextDouble(), 1, 4, 0, d);
        float[] delta = hostile(random, d, (float) encoding.l2Clip());
        double sum = 0;
        for (float value : delta) {
            double cut = Math.min(0.5, Math.abs((double) value));
            sum += cut * cut;
        }
        double norm = Math.sqrt(sum);
        double factor = ClippedDelta.factor(encoding, delta);
        assertThat(factor * norm).isLessThanOrEqualTo(encoding.scale() * encoding.l2Clip() * (1 - 0x1p-33));
        if (norm < encoding.l2Clip() * (1 - 1e-9)) {
            assertThat(factor).isEqualTo(encoding.scale());
        } else {
            assertThat(factor * norm).isGreaterThan(encoding.scale() * encoding.l2Clip() * (1 - 1e-9));
        }
    }

    /** A bound that half of all roundings break: what comes out keeps it, by drawing again; what no rounding keeps ends in an error. */
    @Test
    void aRoundingBeyondTheBoundIsDrawnAgain() {
        int d = 64;
        PrivateEncoding encoding = PrivateEncoding.of(PLAIN, 1, 1, 4, 0, d);
        float[] delta = new float[d];
        Arrays.fill(delta, (float) (0.5 / encoding.scale()));
        // Each rounds to 0 or 1, so the sum of squares is binomial with mean 32.
        int within = 0;
        Random random = new Random(5);
        for (int run = 0; run < 200; run++) {
            byte[] key = new byte[KeyStream.KEY_LENGTH];
            random.nextBytes(key);
            if (ones(ClippedDelta.of(encoding, delta, KeyStream.of(key))) <= 31) {
                within++;
            }
            assertThat(ones(ClippedDelta.within(31, encoding, delta, KeyStream.of(key))))
                    .isLessThanOrEqualTo(31);
        }
        assertThat(within).isBetween(50, 150);
        assertThatThrownBy(() -> ClippedDelta.within(0, encoding, delta, stream(random)))
                .isInstanceOf(IllegalStateException.class);
    }

    private static int ones(ClippedDelta clipped) {
        int sum = 0;
        for (int i = 0; i < 64; i++) {
            sum += clipped.unit(i);
        }
        return sum;
    }

    @Test
    void roundingIsUnbiased() {
        int d = 1 << 16;
        PrivateEncoding encoding = PrivateEncoding.of(PLAIN, 1, 1, 4, 0, d);
        float[] delta = new float[d];
        // A third of a unit above a whole number of them.
        Arrays.fill(delta, (float) ((100 + 1 / 3.0) / encoding.scale()));
        double exact = delta[0] * encoding.scale();
        double sum = 0;
        try (ClippedDelta clipped = ClippedDelta.of(encoding, delta, KeyStream.of(new byte[32]))) {
            for (int i = 0; i < d; i++) {
                sum += clipped.unit(i);
            }
        }
        // Six standard errors of a variable with standard deviation sqrt(2)/3.
        assertThat(sum / d).isBetween(exact - 6 * 0.4715 / 256, exact + 6 * 0.4715 / 256);
    }

    @Test
    void refusesAnotherShapeAndWhatIsNotFinite() {
        PrivateEncoding encoding = PrivateEncoding.of(PLAIN, 1, 1, 4, 0, 3);
        assertRefused(Reason.WRONG_SHAPE, encoding, new float[2]);
        assertRefused(Reason.NOT_FINITE, encoding, new float[] {0, Float.NaN, 0});
        assertRefused(Reason.NOT_FINITE, encoding, new float[] {0, 0, Float.NEGATIVE_INFINITY});
    }

    private static void assertRefused(Reason reason, PrivateEncoding encoding, float[] delta) {
        RejectedException rejected = catchThrowableOfType(
                RejectedException.class, () -> ClippedDelta.of(encoding, delta, KeyStream.of(new byte[32])));
        assertThat(rejected.reason()).isEqualTo(reason);
    }

    private static PrivateEncoding encoding(Random random, int d) {
        // From a scale that barely carries the rounding of d values to one at which it does not show.
        double noise = Math.pow(10, random.nextDouble() * 2.7 - 1);
        return PrivateEncoding.of(PLAIN, Math.pow(10, random.nextDouble() * 3 - 2), noise, 4, random.nextInt(4), d);
    }

    /** All equal, one alone, alternating, tiny, huge, random: at the clip's norm or far beyond. */
    private static float[] hostile(Random random, int d, float clip) {
        float[] delta = new float[d];
        switch (random.nextInt(6)) {
            case 0 -> Arrays.fill(delta, clip / (float) Math.sqrt(d));
            case 1 -> delta[random.nextInt(d)] = random.nextBoolean() ? clip : -Float.MAX_VALUE;
            case 2 -> {
                for (int i = 0; i < d; i++) {
                    delta[i] = (i % 2 == 0 ? clip : -clip) * (float) Math.pow(10, random.nextInt(6) - 3);
                }
            }
            case 3 -> Arrays.fill(delta, Float.MIN_VALUE);
            case 4 -> Arrays.fill(delta, Float.MAX_VALUE);
            default -> {
                for (int i = 0; i < d; i++) {
                    delta[i] = (float) random.nextGaussian() * clip;
                }
            }
        }
        return delta;
    }

    private static KeyStream stream(Random random) {
        byte[] key = new byte[KeyStream.KEY_LENGTH];
        random.nextBytes(key);
        return KeyStream.of(key);
    }
}
