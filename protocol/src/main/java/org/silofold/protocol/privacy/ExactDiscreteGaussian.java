package org.silofold.protocol.privacy;

import org.silofold.protocol.mask.KeyStream;

/**
 * The discrete Gaussian with integer sigma, P(y) proportional to exp(-y^2 / (2 sigma^2)), sampled exactly: algorithm 3 of Canonne, Kamath, Steinke
 * (The Discrete Gaussian for Differential Privacy, arXiv 2004.00010) with t = sigma, which makes every probability a product of trials over
 * numbers below 2^31. About four words of randomness a trial and no table, whatever sigma is.
 *
 * <p>With y = +-(u + v sigma), 0 &lt;= u &lt; sigma, the proposal has probability proportional to exp(-|y| / sigma); it is kept with probability
 * exp(-(|y| - sigma)^2 / (2 sigma^2)), and the product is the Gaussian's times a constant.
 *
 * <p>Time depends on the sample's magnitude, not on its sign (drawn apart) nor on what the noise is added to. Whoever can time single
 * samples inside a silo's process sees its delta anyway; what leaves the silo does so when thousands have been drawn. Not thread-safe.
 */
final class ExactDiscreteGaussian implements AutoCloseable {
    private final int sigma;
    private final RandomWords words;

    /**
     * @param sigma 1 or more
     * @param stream where the randomness comes from
     */
    ExactDiscreteGaussian(int sigma, KeyStream stream) {
        if (sigma < 1) {
            throw new IllegalArgumentException("sigma is 1 or more, not " + sigma);
        }
        this.sigma = sigma;
        this.words = new RandomWords(stream);
    }

    /** One sample. */
    long next() {
        while (true) {
            int u = words.below(sigma);
            if (!words.exp(u, sigma)) {
                continue;
            }
            long v = 0;
            while (words.exp(1, 1)) {
                v++;
            }
            boolean negative = words.word() < 0;
            if (negative && u == 0 && v == 0) {
                continue;
            }
            if (keep(u, v)) {
                long magnitude = u + v * sigma;
                return negative ? -magnitude : magnitude;
            }
        }
    }

    /**
     * With x = u / sigma: exp(-(1-x)^2 / 2) for v = 0, and for a = v - 1 &gt;= 0 exp(-(a+x)^2 / 2) = exp(-1/2)^(a^2) exp(-x)^a exp(-x^2 / 2).
     */
    private boolean keep(int u, long v) {
        if (v == 0) {
            return words.expHalfSquare(sigma - u, sigma);
        }
        long a = v - 1;
        for (long i = 0; i < a * a; i++) {
            if (!words.exp(1, 2)) {
                return false;
            }
        }
        for (long i = 0; i < a; i++) {
            if (!words.exp(u, sigma)) {
                return false;
            }
        }
        return words.expHalfSquare(u, sigma);
    }

    /** Wipes what remains of the randomness. */
    @Override
    public void close() {
        words.wipe();
    }
}
