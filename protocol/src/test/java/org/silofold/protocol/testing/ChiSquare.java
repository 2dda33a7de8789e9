package org.silofold.protocol.testing;

import static org.assertj.core.api.Assertions.assertThat;

/** Pearson's chi-square test of uniformity over 256 cells. */
public final class ChiSquare {
    private static final int CELLS = 256;
    /** Six standard deviations of chi-square with 255 degrees of freedom: a fixed seed fails once in 10^8 at most, a fault at once. */
    private static final double MARGIN = 6 * Math.sqrt(2.0 * (CELLS - 1));

    private final long[] high = new long[CELLS];
    private final long[] low = new long[CELLS];
    private final long q;
    private long total;

    /** @param q the modulus, far above the number of cells */
    public ChiSquare(long q) {
        this.q = q;
    }

    /** Counts a word by its 256th of [0, q) and by its low byte. */
    public void add(int word) {
        high[(int) (Integer.toUnsignedLong(word) * CELLS / q)]++;
        low[word & 0xff]++;
        total++;
    }

    /** The larger of the two distances from uniform, as chi-square of 255 degrees of freedom. */
    public double worst() {
        return Math.max(statistic(high), statistic(low));
    }

    /** Asserts that neither count is further from uniform, or nearer to it, than chance makes it. */
    public void assertUniform(String what) {
        assertThat(statistic(high)).as(what + ", high bits").isBetween(CELLS - 1 - MARGIN, CELLS - 1 + MARGIN);
        assertThat(statistic(low)).as(what + ", low bits").isBetween(CELLS - 1 - MARGIN, CELLS - 1 + MARGIN);
    }

    private double statistic(long[] counts) {
        double expected = (double) total / CELLS;
        double sum = 0;
        for (long count : counts) {
            sum += (count - expected) * (count - expected) / expected;
        }
        return sum;
    }
}
