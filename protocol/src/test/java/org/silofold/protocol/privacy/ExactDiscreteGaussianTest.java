package org.silofold.protocol.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silofold.protocol.mask.KeyStream;

/** Seeds are fixed, so what passes once passes always; thresholds leave a right sampler one seed in 10^7 or fewer. */
class ExactDiscreteGaussianTest {
    private static final int SAMPLES = 1 << 20;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 20})
    void samplesFitTheExactProbabilities(int sigma) {
        int reach = 6 * sigma;
        long[] counts = new long[2 * reach + 1];
        long beyond = 0;
        for (long sample : samples(sigma, SAMPLES)) {
            if (Math.abs(sample) > reach) {
                beyond++;
            } else {
                counts[(int) sample + reach]++;
            }
        }
        double statistic = 0;
        int cells = 0;
        double rest = 0;
        double restExpected = 0;
        for (int x = -reach; x <= reach; x++) {
            double expected = SAMPLES * probability(sigma, x);
            if (expected >= 10) {
                statistic += square(counts[x + reach] - expected) / expected;
                cells++;
            } else {
                rest += counts[x + reach];
                restExpected += expected;
            }
        }
        // The cells of fewer than 10 are one, with what is beyond 6 sigma, of which 2^20 samples have 0.002.
        statistic += square(rest + beyond - restExpected) / Math.max(1, restExpected);
        // Chi-square of as many degrees of freedom as cells: mean + 6 standard deviations, and 12 more for the skew of
        // few cells.
        assertThat(statistic).isLessThan(cells + 6 * Math.sqrt(2.0 * cells) + 12);
        assertThat(statistic).isGreaterThan(cells - 6 * Math.sqrt(2.0 * cells));
        assertThat(beyond).isLessThan(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 1_000_003, 8_000_000, 1 << 30})
    void wideSamplesHaveTheGaussiansMomentsAndDistribution(int sigma) {
        long[] samples = samples(sigma, SAMPLES);
        double sum = 0;
        double squares = 0;
        double fourth = 0;
        for (long sample : samples) {
            double x = (double) sample / sigma;
            sum += x;
            squares += x * x;
            fourth += x * x * x * x;
        }
        // Standard errors of the first, second and fourth moment: 1, sqrt(2) and sqrt(96) over sqrt(n); six of them.
        double six = 6 / Math.sqrt(SAMPLES);
        assertThat(sum / SAMPLES).isBetween(-six, six);
        assertThat(squares / SAMPLES).isBetween(1 - six * Math.sqrt(2), 1 + six * Math.sqrt(2));
        assertThat(fourth / SAMPLES).isBetween(3 - six * Math.sqrt(96), 3 + six * Math.sqrt(96));
        // Kolmogorov-Smirnov: sqrt(n) D beyond 3 has probability 2 exp(-18).
        assertThat(distance(samples, sigma)).isLessThan(3 / Math.sqrt(SAMPLES));
    }

    @Test
    void lowBitsOfWideSamplesAreUniform() {
        long[] counts = new long[256];
        for (long sample : samples(1 << 20, SAMPLES)) {
            counts[(int) (sample & 0xff)]++;
        }
        double statistic = 0;
        for (long count : counts) {
            statistic += square(count - SAMPLES / 256.0) / (SAMPLES / 256.0);
        }
        assertThat(statistic).isBetween(255 - 6 * Math.sqrt(510), 255 + 6 * Math.sqrt(510));
    }

    @Test
    void trialsHaveTheirProbabilities() {
        RandomWords words = new RandomWords(stream(3));
        for (int numerator : new int[] {0, 1, 333, 999, 1000}) {
            double x = numerator / 1000.0;
            int exp = 0;
            int half = 0;
            for (int i = 0; i < SAMPLES; i++) {
                exp += words.exp(numerator, 1000) ? 1 : 0;
                half += words.expHalfSquare(numerator, 1000) ? 1 : 0;
            }
            // Six standard deviations of a proportion, at most 1/2 each.
            double six = 3 / Math.sqrt(SAMPLES);
            assertThat(exp / (double) SAMPLES).isBetween(Math.exp(-x) - six, Math.exp(-x) + six);
            assertThat(half / (double) SAMPLES).isBetween(Math.exp(-x * x / 2) - six, Math.exp(-x * x / 2) + six);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1 << 30, Integer.MAX_VALUE})
    void integersBelowABoundAreUniform(int bound) {
        RandomWords words = new RandomWords(stream(bound));
        long[] thirds = new long[3];
        for (int i = 0; i < SAMPLES; i++) {
            int drawn = words.below(bound);
            assertThat(drawn).isBetween(0, bound - 1);
            thirds[(int) (3L * drawn / bound)]++;
        }
        if (bound > 1) {
            double six = 6 * Math.sqrt(SAMPLES * 2.0 / 9);
            for (long third : thirds) {
                assertThat((double) third).isBetween(SAMPLES / 3.0 - six, SAMPLES / 3.0 + six);
            }
        }
    }

    @Test
    void theSumOfSharesHasTheSumOfVariances() {
        int parties = 5;
        int sigma = 1000;
        double[] sums = new double[SAMPLES / 8];
        for (int party = 0; party < parties; party++) {
            try (ExactDiscreteGaussian gaussian = new ExactDiscreteGaussian(sigma, stream(100 + party))) {
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += gaussian.next();
                }
            }
        }
        double variance = Arrays.stream(sums).map(x -> x * x).sum() / sums.length;
        double six = 6 * Math.sqrt(2.0 / sums.length);
        assertThat(variance / ((double) parties * sigma * sigma)).isBetween(1 - six, 1 + six);
    }

    @Test
    void oneStreamGivesOneSequenceAndSigmaIsPositive() {
        assertThat(samples(5, 1000)).isEqualTo(samples(5, 1000));
        assertThatThrownBy(() -> new ExactDiscreteGaussian(0, stream(1))).isInstanceOf(IllegalArgumentException.class);
    }

    /** The lattice's distribution function meets the Gaussian's halfway between points, but for about exp(-2 pi^2 sigma^2). */
    private static double distance(long[] samples, int sigma) {
        long[] sorted = samples.clone();
        Arrays.sort(sorted);
        double worst = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i + 1 == sorted.length || sorted[i + 1] != sorted[i]) {
                double seen = (i + 1.0) / sorted.length;
                worst = Math.max(worst, Math.abs(normal((sorted[i] + 0.5) / sigma) - seen));
            }
        }
        return worst;
    }

    private static double normal(double x) {
        return 0.5 * AnalyticGaussian.erfc(-x / Math.sqrt(2));
    }

    private static long[] samples(int sigma, int count) {
        try (ExactDiscreteGaussian gaussian = new ExactDiscreteGaussian(sigma, stream(sigma))) {
            long[] samples = new long[count];
            Arrays.setAll(samples, i -> gaussian.next());
            return samples;
        }
    }

    private static KeyStream stream(int seed) {
        byte[] key = new byte[KeyStream.KEY_LENGTH];
        for (int i = 0; i < 4; i++) {
            key[i] = (byte) (seed >>> (8 * i));
        }
        return KeyStream.of(key);
    }

    private static double probability(int sigma, int x) {
        double total = 0;
        for (int k = -40 * sigma; k <= 40 * sigma; k++) {
            total += Math.exp(-(double) k * k / (2.0 * sigma * sigma));
        }
        return Math.exp(-(double) x * x / (2.0 * sigma * sigma)) / total;
    }

    private static double square(double value) {
        return value * value;
    }
}
