package org.silofold.protocol.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;

/**
 * The best attack on one opened sum, mounted on the real clipping, rounding and sampler: with all of the update in one value the most
 * telling event is a threshold on the sum. It may win no more than delta says, and must win what a Gaussian of this width lets it, or
 * the noise would be wider than is said.
 */
class PrivacyAuditTest {
    private static final int RUNS = 1 << 18;
    private static final int HONEST = 3;
    private static final Encoding PLAIN = new Encoding(ParameterSet.MASK_2048_32, 10, 16);

    @Test
    void aThresholdWinsWhatTheAccountSaysAndNoMore() {
        double multiplier = 1.25;
        // One colluder more than counted on: its noise is known, so it is left out here.
        PrivateEncoding encoding = PrivateEncoding.of(PLAIN, 1, multiplier, HONEST + 1, 1, 1);
        double rho = PrivacyAccountant.of(encoding).rho();
        double[] with = sums(encoding, new float[] {123}, 1);
        double[] without = sums(encoding, new float[] {0}, 2);
        double unit = Math.sqrt((double) encoding.squaredNorm());
        for (double epsilon : new double[] {0.1, 0.5, 1, 2}) {
            double threshold = unit * (epsilon * multiplier * multiplier + 0.5);
            double hits = share(with, threshold);
            double falseAlarms = share(without, threshold);
            double won = hits - Math.exp(epsilon) * falseAlarms;
            // Six standard errors.
            double error = 6 * Math.sqrt((hits + Math.exp(2 * epsilon) * falseAlarms) / RUNS);
            assertThat(won).isLessThan(ConcentratedPrivacy.delta(rho, epsilon) + error);
            double exact = AnalyticGaussian.delta(multiplier, epsilon);
            assertThat(won).isBetween(exact - error - 1e-3, exact + error);
        }
    }

    private static double[] sums(PrivateEncoding encoding, float[] delta, int seed) {
        byte[] key = new byte[KeyStream.KEY_LENGTH];
        key[0] = (byte) seed;
        KeyStream stream = KeyStream.of(key);
        double[] sums = new double[RUNS];
        try (ExactDiscreteGaussian gaussian = new ExactDiscreteGaussian(encoding.sigma(), stream)) {
            for (int run = 0; run < RUNS; run++) {
                try (ClippedDelta clipped = ClippedDelta.of(encoding, delta, stream)) {
                    sums[run] = clipped.unit(0);
                }
                for (int silo = 0; silo < HONEST; silo++) {
                    sums[run] += gaussian.next();
                }
            }
        }
        return sums;
    }

    private static double share(double[] sums, double threshold) {
        return Arrays.stream(sums).filter(sum -> sum > threshold).count() / (double) sums.length;
    }
}
