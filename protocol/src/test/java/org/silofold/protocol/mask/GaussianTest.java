package org.silofold.protocol.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.params.ParameterSet;

class GaussianTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final int BOUND = 83;

    @Test
    void thresholdsAreTheExactDistributionsAndRise() {
        GaussianTable table = new GaussianTable(SET.sigma(), BOUND);
        assertThat(table.high).hasSize(BOUND);
        BigInteger before = BigInteger.ZERO;
        for (int k = 0; k < BOUND; k++) {
            BigInteger threshold =
                    BigInteger.valueOf(table.high[k]).shiftLeft(63).add(BigInteger.valueOf(table.low[k]));
            assertThat(threshold).isGreaterThan(before).isLessThan(BigInteger.ONE.shiftLeft(GaussianTable.BITS));
            double mass = threshold.subtract(before).doubleValue() / Math.pow(2, GaussianTable.BITS);
            // Far out a threshold step is a few units of 2^-126, so the relative accuracy ends there.
            double exact = k == 0 ? probability(0) : 2 * probability(k);
            assertThat(mass).isBetween(exact * (1 - 1e-9) - 0x1p-125, exact * (1 + 1e-9) + 0x1p-125);
            before = threshold;
        }
    }

    @Test
    void samplesFitTheDistribution() {
        int[] samples = samples(1 << 20);
        long[] counts = new long[2 * BOUND + 1];
        for (int sample : samples) {
            counts[sample + BOUND]++;
        }
        double statistic = 0;
        int cells = 0;
        long restSeen = samples.length;
        double restExpected = samples.length;
        for (int x = -26; x <= 26; x++) {
            double expected = samples.length * probability(x);
            statistic += square(counts[x + BOUND] - expected) / expected;
            restSeen -= counts[x + BOUND];
            restExpected -= expected;
            cells++;
        }
        statistic += square(restSeen - restExpected) / restExpected;
        // 53 degrees of freedom: 53 + 4 * sqrt(2 * 53) leaves less than one seed in ten thousand.
        assertThat(statistic)
                .isLessThan(cells + 4 * Math.sqrt(2.0 * cells))
                .isGreaterThan(cells - 4 * Math.sqrt(2.0 * cells));
    }

    @Test
    void momentsAndReach() {
        double sum = 0;
        double squares = 0;
        int[] samples = samples(1 << 20);
        for (int sample : samples) {
            assertThat(Math.abs(sample)).isLessThanOrEqualTo(BOUND);
            sum += sample;
            squares += square(sample);
        }
        assertThat(sum / samples.length).isBetween(-0.03, 0.03);
        assertThat(squares / samples.length).isBetween(6.4 * 6.4 * 0.993, 6.4 * 6.4 * 1.007);
    }

    @Test
    void theSameStreamGivesTheSameSamplesAndFreshOnesDiffer() {
        assertThat(samples(3000)).isEqualTo(samples(3000));
        int[] fresh = new int[3000];
        try (DiscreteGaussian gaussian = new DiscreteGaussian(SET, KeyStream.fresh(new java.security.SecureRandom()))) {
            gaussian.sample(fresh);
        }
        assertThat(fresh).isNotEqualTo(samples(3000));
    }

    private static int[] samples(int count) {
        byte[] key = new byte[32];
        key[0] = 42;
        int[] samples = new int[count];
        try (DiscreteGaussian gaussian = new DiscreteGaussian(SET, KeyStream.of(key))) {
            gaussian.sample(samples);
        }
        return samples;
    }

    private static double probability(int x) {
        double total = 0;
        for (int k = -BOUND; k <= BOUND; k++) {
            total += Math.exp(-k * k / (2 * square(6.4)));
        }
        return Math.exp(-x * x / (2 * square(6.4))) / total;
    }

    private static double square(double value) {
        return value * value;
    }
}
