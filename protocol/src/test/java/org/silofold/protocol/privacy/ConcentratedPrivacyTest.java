package org.silofold.protocol.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ConcentratedPrivacyTest {
    /**
     * google/differential-privacy, rdp_privacy_accountant_test.py, test_compute_epsilon_delta_gaussian (commit 0b109e9): the noise multiplier
     * 4.530877117 gives exactly (1, 1e-6), to the 7 places of assertAlmostEqual.
     */
    @Test
    void googlesGaussianAtOneAndOneInAMillion() {
        double rho = ConcentratedPrivacy.rho(1, 4.530877117, 1, 1);
        assertThat(ConcentratedPrivacy.epsilon(rho, 1e-6)).isCloseTo(1, within(5e-8));
        assertThat(ConcentratedPrivacy.delta(rho, 1)).isCloseTo(1e-6, within(5e-13));
    }

    /** The exact Gaussian is a lower bound, as its rho is tight; the factor 1.25 is what this range of parameters shows, rounded up. */
    @Property(tries = 300)
    void epsilonIsNeverBelowTheExactGaussiansAndNotFarAbove(
            @ForAll @DoubleRange(min = 0.3, max = 30) double multiplier,
            @ForAll @DoubleRange(min = 3, max = 12) double decimals) {
        double delta = Math.pow(10, -decimals);
        double exact = AnalyticGaussian.epsilon(multiplier, delta);
        double bound = ConcentratedPrivacy.epsilon(1 / (2 * multiplier * multiplier), delta);
        assertThat(bound).isBetween(exact * (1 - 1e-9), exact * 1.25 + 1e-3);
    }

    @Property(tries = 300)
    void epsilonIsBelowBunAndSteinkesAndDeltaAndEpsilonAgree(
            @ForAll @DoubleRange(min = 0.01, max = 50) double rho,
            @ForAll @DoubleRange(min = 1, max = 14) double decimals) {
        double delta = Math.pow(10, -decimals);
        double epsilon = ConcentratedPrivacy.epsilon(rho, delta);
        assertThat(epsilon).isLessThanOrEqualTo((rho + 2 * Math.sqrt(rho * Math.log(1 / delta))) * (1 + 1e-9));
        assertThat(ConcentratedPrivacy.delta(rho, epsilon)).isLessThanOrEqualTo(delta);
        if (epsilon > 1e-6) {
            assertThat(ConcentratedPrivacy.delta(rho, epsilon * (1 - 1e-6))).isGreaterThan(delta * (1 - 1e-12));
        }
        assertThat(ConcentratedPrivacy.epsilon(2 * rho, delta)).isGreaterThanOrEqualTo(epsilon);
    }

    /** Small rho means orders of many millions, where a careless formula cancels away its digits. */
    @Property(tries = 200)
    void smallRhoKeepsItsDigits(
            @ForAll @DoubleRange(min = 1, max = 14) double small,
            @ForAll @DoubleRange(min = 3, max = 12) double decimals) {
        double rho = Math.pow(10, -small);
        double delta = Math.pow(10, -decimals);
        double epsilon = ConcentratedPrivacy.epsilon(rho, delta);
        assertThat(ConcentratedPrivacy.delta(rho, epsilon)).isLessThanOrEqualTo(delta);
        double exact = AnalyticGaussian.epsilon(1 / Math.sqrt(2 * rho), delta);
        // The exact delta is a difference of numbers near 1/2: good to 1e-16, so to a part in 10^4 of 1e-12.
        assertThat(epsilon).isGreaterThanOrEqualTo(exact * (1 - 1e-3) - 1e-12);
        // The closed form is never below the best alpha's; here it is tried near the best, with log(1 - 1/alpha) by its
        // series.
        double alpha = 1 + Math.sqrt(Math.log(1 / delta) / rho);
        double series = -1 / alpha - 1 / (2 * alpha * alpha) - 1 / (3 * alpha * alpha * alpha);
        double at = rho * alpha + (Math.log(1 / delta) - Math.log(alpha)) / (alpha - 1) + series;
        assertThat(epsilon).isLessThanOrEqualTo(Math.max(0, at) * (1 + 1e-2) + 1e-2 * Math.sqrt(rho));
    }

    /** Sums of narrow discrete Gaussians, whose Renyi divergences are computed by convolution: the bound with tau is above them all. */
    @Property(tries = 60)
    void rhoBoundsTheDivergenceOfSumsOfDiscreteGaussians(
            @ForAll @DoubleRange(min = 1, max = 3) double sigma,
            @ForAll @IntRange(min = 1, max = 6) int parties,
            @ForAll @IntRange(min = 1, max = 5) int shift) {
        double[] sum = {1};
        double[] one = pmf(sigma);
        for (int i = 0; i < parties; i++) {
            sum = convolve(sum, one);
        }
        double rho = ConcentratedPrivacy.rho((double) shift * shift, sigma, parties, 1);
        for (double alpha : new double[] {1.01, 1.5, 2, 5}) {
            assertThat(divergence(sum, shift, alpha)).isLessThanOrEqualTo(alpha * rho * (1 + 1e-6) + 1e-9);
        }
        // Not by a factor: at these widths tau is small and the Gaussian's divergence nearly reached.
        assertThat(divergence(sum, shift, 2)).isGreaterThan(0.9 * (double) shift * shift / (parties * sigma * sigma));
    }

    @Test
    void tauCountsWhereNoiseIsNarrowAndVanishesWhereItIsWide() {
        double tau = 10 * Math.exp(-Math.PI * Math.PI);
        double apart = 4.0 / (2 * 2) / 2 + tau * 100;
        double joint = (1 + tau * 10) * (1 + tau * 10) / 2;
        assertThat(ConcentratedPrivacy.rho(4, 1, 2, 100)).isGreaterThan(1);
        assertThat(ConcentratedPrivacy.rho(2, 1, 2, 100)).isCloseTo(Math.min(apart, joint), within(1e-9));
        assertThat(ConcentratedPrivacy.rho(64 * 64, 64, 8, 1_000_000)).isCloseTo(1 / 16.0, within(1e-12));
    }

    @Test
    void refusesWhatIsNoMechanism() {
        assertThatThrownBy(() -> ConcentratedPrivacy.rho(-1, 2, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ConcentratedPrivacy.rho(1, 0.5, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ConcentratedPrivacy.rho(1, 2, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ConcentratedPrivacy.epsilon(Double.NaN, 1e-6))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ConcentratedPrivacy.epsilon(1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ConcentratedPrivacy.delta(1, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(ConcentratedPrivacy.epsilon(0, 1e-6)).isZero();
        assertThat(ConcentratedPrivacy.epsilon(Double.POSITIVE_INFINITY, 1e-6)).isInfinite();
    }

    private static double[] pmf(double sigma) {
        int reach = (int) (36 * sigma);
        double[] pmf = new double[2 * reach + 1];
        double total = 0;
        for (int x = -reach; x <= reach; x++) {
            pmf[x + reach] = Math.exp(-x * x / (2 * sigma * sigma));
            total += pmf[x + reach];
        }
        for (int i = 0; i < pmf.length; i++) {
            pmf[i] /= total;
        }
        return pmf;
    }

    private static double[] convolve(double[] a, double[] b) {
        double[] out = new double[a.length + b.length - 1];
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < b.length; k++) {
                out[i + k] += a[i] * b[k];
            }
        }
        return out;
    }

    /** D_alpha of the distribution moved by shift from itself; where a double holds both: 36 sigma, which is further than alpha times the
     * shift needs. */
    private static double divergence(double[] pmf, int shift, double alpha) {
        double sum = 0;
        for (int i = shift; i < pmf.length; i++) {
            if (pmf[i] > 1e-290 && pmf[i - shift] > 1e-290) {
                sum += Math.exp(alpha * Math.log(pmf[i - shift]) + (1 - alpha) * Math.log(pmf[i]));
            }
        }
        return Math.log(sum) / (alpha - 1);
    }
}
