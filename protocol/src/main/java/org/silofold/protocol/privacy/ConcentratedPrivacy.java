package org.silofold.protocol.privacy;

/**
 * Zero-concentrated differential privacy (Bun, Steinke 2016, arXiv 1605.02065): rho of a sum of discrete Gaussians, and what (epsilon, delta) a rho
 * implies. Rho adds up over adaptive releases. All results are upper bounds; roundings of the arithmetic are covered by a
 * factor. Every machine gets the same bits ({@link StrictMath}), since parties compare what they compute.
 */
public final class ConcentratedPrivacy {
    private static final double ROUNDING = 1 + 0x1p-40;
    private static final int BISECTIONS = 120;
    private static final double LEAST_ORDER = 0x1p-60;

    private ConcentratedPrivacy() {}

    /**
     * Rho of integers of dimension d to which h parties each add a discrete Gaussian of parameter sigma in every coordinate (Kairouz, Liu, Steinke,
     * arXiv 2102.06387, Proposition 14 and Theorem 1): with D^2 the squared l2 sensitivity and
     * {@code tau = 10 * sum over k = 1..h-1 of exp(-2 pi^2 sigma^2 k / (k+1))}, the lesser of {@code D^2 / (2 h sigma^2) + tau d} and
     * {@code (D / (sqrt(h) sigma) + tau sqrt(d))^2 / 2}. tau is the price of the sum being no discrete Gaussian itself; from sigma = 7 on it is
     * below 2^-600, from 9 on below what a double holds.
     *
     * @param squaredSensitivity D^2, 0 or more, in squared units
     * @param sigma in units, 1 or more
     * @param parties h, 1 or more
     * @param dimension d, 1 or more
     */
    public static double rho(double squaredSensitivity, double sigma, int parties, long dimension) {
        if (!(squaredSensitivity >= 0) || !(sigma >= 1) || parties < 1 || dimension < 1) {
            throw new IllegalArgumentException("no such mechanism: D^2 " + squaredSensitivity + ", sigma " + sigma
                    + ", parties " + parties + ", dimension " + dimension);
        }
        double tau = 0;
        for (int k = 1; k < parties; k++) {
            tau += 10 * StrictMath.exp(-2 * Math.PI * Math.PI * sigma * sigma * k / (k + 1.0));
        }
        double scaled = squaredSensitivity / (parties * sigma * sigma);
        double joint = StrictMath.sqrt(scaled) + tau * StrictMath.sqrt((double) dimension);
        return Math.min(scaled / 2 + tau * dimension, joint * joint / 2) * ROUNDING;
    }

    /**
     * The delta for which rho-zCDP implies (epsilon, delta)-DP (Canonne, Kamath, Steinke, arXiv 2004.00010, Proposition 12 and Corollary 13):
     * {@code inf over alpha > 1 of exp((alpha - 1)(alpha rho - epsilon)) / (alpha - 1) * (1 - 1/alpha)^alpha}. Every alpha gives a valid delta, so a search that
     * stops early errs to the safe side.
     *
     * @param rho 0 or more
     * @param epsilon 0 or more
     */
    public static double delta(double rho, double epsilon) {
        requireAtLeastZero("rho", rho);
        requireAtLeastZero("epsilon", epsilon);
        if (rho == 0) {
            return 0;
        }
        // a = alpha - 1. The logarithm is convex in a; its derivative changes sign once.
        double low = LEAST_ORDER;
        double high = (epsilon + 1) / (2 * rho) + 2;
        for (int i = 0; i < BISECTIONS; i++) {
            double a = (low + high) / 2;
            if ((2 * a + 1) * rho - epsilon - StrictMath.log1p(1 / a) < 0) {
                low = a;
            } else {
                high = a;
            }
        }
        double a = high;
        // (1 - 1/alpha)^alpha / (alpha - 1) = exp(-a log(1 + 1/a)) / (1 + a): nothing large cancels, however small rho
        // is.
        double log = a * ((a + 1) * rho - epsilon) - a * StrictMath.log1p(1 / a) - StrictMath.log1p(a);
        return Math.min(1, StrictMath.exp(log) * ROUNDING);
    }

    /**
     * The least epsilon for which rho-zCDP implies (epsilon, delta)-DP by {@link #delta}; infinite if rho is.
     *
     * @param rho 0 or more
     * @param delta in (0, 1)
     */
    public static double epsilon(double rho, double delta) {
        if (!(rho >= 0) || !(delta > 0 && delta < 1)) {
            throw new IllegalArgumentException("rho " + rho + " or delta " + delta + " is out of range");
        }
        if (rho == Double.POSITIVE_INFINITY) {
            return rho;
        }
        double low = 0;
        // Bun and Steinke's conversion, which is never less.
        double high = (rho + 2 * StrictMath.sqrt(rho * StrictMath.log(1 / delta))) * ROUNDING;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            if (delta(rho, middle) <= delta) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private static void requireAtLeastZero(String what, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(what + " is finite and 0 or more, not " + value);
        }
    }
}
