package org.silofold.protocol.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;

class PrivateEncodingTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;

    /** Whatever the policy: either it is refused, or values and noise fit, the sums' capacity is untouched and the noise is what was asked for. */
    @Property(tries = 2000)
    void whatCanBeMadeFitsTheRing(@ForAll long seed) {
        Random random = new Random(seed);
        Encoding plain = new Encoding(SET, Math.pow(10, random.nextInt(12) - 6), 1 + random.nextInt(1024));
        double l2Clip = Math.pow(10, random.nextDouble() * 10 - 5);
        double noise = Math.pow(10, random.nextDouble() * 5 - 3);
        int minCohort = 1 + random.nextInt(plain.maxCohort());
        int colluders = random.nextInt(minCohort);
        long parameters = 1 + (long) Math.pow(10, random.nextDouble() * 8);
        PrivateEncoding encoding;
        try {
            encoding = PrivateEncoding.of(plain, l2Clip, noise, minCohort, colluders, parameters);
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageMatching(".*(no room in the ring|units wide).*");
            return;
        }
        assertThat((long) encoding.valueBound() + encoding.noiseBound()).isLessThanOrEqualTo(plain.scale());
        assertThat(encoding.sigma()).isGreaterThanOrEqualTo(PrivateEncoding.LEAST_SIGMA);
        assertThat(encoding.squaredNorm()).isLessThan(1L << 62);
        assertThat(Math.scalb(1.0, Math.getExponent(encoding.scale()))).isEqualTo(encoding.scale());
        assertThat((double) encoding.valueBound())
                .isGreaterThanOrEqualTo(encoding.scale() * Math.min(plain.clip(), l2Clip));
        // z sensitivities of noise in the honest silos' sum, to within the rounding of sigma upwards.
        double sensitivity = Math.sqrt((double) encoding.squaredNorm());
        double multiplier = encoding.sigma() * Math.sqrt(minCohort - colluders) / sensitivity;
        assertThat(multiplier).isBetween(noise * (1 - 1e-12), noise * (1 + 1.0 / PrivateEncoding.LEAST_SIGMA));
        // Rounding adds to the norm, never more than d units squared and twice the root of that times the norm.
        double norm = encoding.scale() * l2Clip;
        assertThat(sensitivity).isBetween(norm, norm + Math.sqrt((double) parameters) + 1);
        double rho = PrivacyAccountant.of(encoding).rho();
        assertThat(rho).isLessThanOrEqualTo(1 / (2 * noise * noise) * (1 + 1e-9));
    }

    /** A twice finer scale would not have fitted, so none of the ring's room is wasted but a factor of two. */
    @Property(tries = 500)
    void theScaleIsTheLargestThatFits(@ForAll long seed) {
        Random random = new Random(seed);
        double l2Clip = 0.1 + random.nextDouble();
        double noise = 0.1 + 4 * random.nextDouble();
        Encoding plain = new Encoding(SET, 1, 2 + random.nextInt(60));
        PrivateEncoding encoding = PrivateEncoding.of(plain, l2Clip, noise, 2, 0, 10_000);
        double reach = 2 * (encoding.valueBound() + (double) encoding.noiseBound());
        Assume.that(encoding.squaredNorm() < 1L << 58);
        assertThat(reach).isGreaterThan(plain.scale() * 0.9);
    }

    @Test
    void aPlainPolicyInNumbers() {
        Encoding plain = new Encoding(SET, 1, 16);
        PrivateEncoding encoding = PrivateEncoding.of(plain, 1, 1, 10, 2, 1_000_000);
        // At 2^20 units of one, 8 honest silos' sigma is near 2^20 / sqrt(8): values and 13 sigma take 5.9 of the 8.4
        // million.
        assertThat(plain.scale()).isEqualTo(8_386_476);
        assertThat(encoding.scale()).isEqualTo(0x1p20);
        assertThat(encoding.honest()).isEqualTo(8);
        assertThat(encoding.sigma())
                .isBetween((int) (0x1p20 / Math.sqrt(8)), (int) (0x1p20 / Math.sqrt(8) * 1.0001) + 1);
        assertThat(encoding.meanNoise(8)).isCloseTo(1 / 8.0, within(1e-4));
        assertThat(encoding.sumOfWeights(1) * plain.scale()).isCloseTo(0x1p20, within(1e-3));
    }

    @Test
    void refusesWhatCannotBe() {
        Encoding plain = new Encoding(SET, 1, 16);
        refuses(plain, 0, 1, 4, 0, 10, "l2 clip");
        refuses(plain, Double.NaN, 1, 4, 0, 10, "l2 clip");
        refuses(plain, Double.POSITIVE_INFINITY, 1, 4, 0, 10, "l2 clip");
        refuses(plain, 1, 0, 4, 0, 10, "noise multiplier");
        refuses(plain, 1, Double.NaN, 4, 0, 10, "noise multiplier");
        refuses(plain, 1, 1001, 4, 0, 10, "noise multiplier");
        refuses(plain, 1, 1, 0, 0, 10, "least cohort");
        refuses(plain, 1, 1, 17, 0, 10, "least cohort");
        refuses(plain, 1, 1, 4, 4, 10, "colluders");
        refuses(plain, 1, 1, 4, -1, 10, "colluders");
        refuses(plain, 1, 1, 4, 0, 0, "parameters");
        refuses(plain, 1, 1e-6, 4, 0, 10, "units wide");
        refuses(plain, 1, 1000, 4, 3, 1_000_000_000L, "no room in the ring");
    }

    private static void refuses(
            Encoding plain, double l2Clip, double noise, int minCohort, int colluders, long parameters, String what) {
        assertThatThrownBy(() -> PrivateEncoding.of(plain, l2Clip, noise, minCohort, colluders, parameters))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(what);
    }
}
