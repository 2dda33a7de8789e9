package org.silofold.protocol.privacy;

/** The Gaussian mechanism's exact privacy (Balle, Wang, Improving the Gaussian Mechanism, ICML 2018, theorem 8): what no bound can go below. */
final class AnalyticGaussian {
    private AnalyticGaussian() {}

    /** delta at epsilon of noise with standard deviation {@code multiplier} and sensitivity 1. */
    static double delta(double multiplier, double epsilon) {
        double shift = 1 / (2 * multiplier);
        double upper = 0.5 * erfc((epsilon * multiplier - shift) / Math.sqrt(2));
        double lower = 0.5 * erfc((epsilon * multiplier + shift) / Math.sqrt(2));
        return upper - Math.exp(epsilon) * lower;
    }

    /** The least epsilon at delta. */
    static double epsilon(double multiplier, double delta) {
        double low = 0;
        double high = 1;
        while (delta(multiplier, high) > delta) {
            high *= 2;
        }
        for (int i = 0; i < 100; i++) {
            double middle = (low + high) / 2;
            if (delta(multiplier, middle) > delta) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** Complementary error function to about 1e-14 relative: a series near zero, Lentz's continued fraction beyond (Abramowitz, Stegun 7.1.5, 7.1.14). */
    static double erfc(double x) {
        if (x < 0) {
            return 2 - erfc(-x);
        }
        if (x < 2.5) {
            double term = x;
            double sum = x;
            for (int n = 1; n < 200; n++) {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }
            return 1 - 2 / Math.sqrt(Math.PI) * sum;
        }
        double fraction = x;
        for (int n = 200; n >= 1; n--) {
            fraction = x + n / 2.0 / fraction;
        }
        return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
    }
}
