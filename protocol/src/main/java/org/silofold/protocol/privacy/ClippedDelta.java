package org.silofold.protocol.privacy;

import java.util.Arrays;
import org.silofold.protocol.encode.StochasticRounding;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * A delta clipped value by value and then in l2 norm, scaled and rounded to integers whose squares sum to at most
 * {@link PrivateEncoding#squaredNorm()}. That bound, which privacy rests on, is checked on the integers themselves, in integers: no
 * rounding of a floating-point number can break it. Rounding is drawn anew until it holds (Kairouz, Liu, Steinke 2021, section 4.1); the first
 * draw does but for one in 2^64.
 */
final class ClippedDelta implements AutoCloseable {
    private static final int BLOCK = 2048;
    /** Covers the error of the norm below: blocks and sums of fewer than 2^21 terms in all, each within 2^-53. */
    private static final double MARGIN = 1 - 0x1p-32;

    private static final int MOST_DRAWS = 16;

    private final int[] units;

    private ClippedDelta(int[] units) {
        this.units = units;
    }

    /**
     * Clips and rounds.
     *
     * @param delta the whole model's, left as it is
     * @throws RejectedException {@link Reason#WRONG_SHAPE} if it has another length than the model; {@link Reason#NOT_FINITE} naming an index
     */
    static ClippedDelta of(PrivateEncoding encoding, float[] delta, KeyStream random) {
        return within(encoding.squaredNorm(), encoding, delta, random);
    }

    /** As {@link #of} with another bound on the sum of squares, at most 2^61. */
    static ClippedDelta within(long squaredNorm, PrivateEncoding encoding, float[] delta, KeyStream random) {
        double factor = factor(encoding, delta);
        int[] units = new int[delta.length];
        StochasticRounding rounding = new StochasticRounding(random, BLOCK);
        try {
            for (int draw = 0; draw < MOST_DRAWS; draw++) {
                if (round(encoding, delta, factor, rounding, units) <= squaredNorm) {
                    return new ClippedDelta(units);
                }
            }
        } finally {
            rounding.wipe();
        }
        Arrays.fill(units, 0);
        throw new IllegalStateException("no rounding of " + MOST_DRAWS + " kept the norm's bound");
    }

    /** Units of one such that the clipped delta's norm is within the l2 clip. */
    static double factor(PrivateEncoding encoding, float[] delta) {
        if (delta.length != encoding.parameters()) {
            throw new RejectedException(
                    Reason.WRONG_SHAPE, "delta has " + delta.length + " values, the model " + encoding.parameters());
        }
        double clip = encoding.encoding().clip();
        double sum = 0;
        for (int from = 0; from < delta.length; from += BLOCK) {
            double block = 0;
            for (int i = from; i < Math.min(delta.length, from + BLOCK); i++) {
                if (!Float.isFinite(delta[i])) {
                    throw new RejectedException(Reason.NOT_FINITE, "delta[" + i + "] is not finite");
                }
                double value = Math.min(clip, Math.abs((double) delta[i]));
                block += value * value;
            }
            sum += block;
        }
        double limit = encoding.l2Clip() * MARGIN;
        double norm = Math.sqrt(sum);
        return norm > limit ? encoding.scale() * (limit / norm) : encoding.scale();
    }

    /** Rounds all values, and returns the sum of their squares: exact up to 2^62, at least that otherwise. */
    private static long round(
            PrivateEncoding encoding, float[] delta, double factor, StochasticRounding rounding, int[] units) {
        double clip = encoding.encoding().clip();
        int bound = encoding.valueBound();
        long sum = 0;
        for (int from = 0; from < delta.length; from += BLOCK) {
            int count = Math.min(BLOCK, delta.length - from);
            rounding.draw(count);
            for (int i = 0; i < count; i++) {
                double value = Math.max(-clip, Math.min(clip, delta[from + i])) * factor;
                int unit = rounding.round(Math.max(-bound, Math.min(bound, value)), i);
                units[from + i] = unit;
                // Held back at 2^62, twice the largest bound there is: with squares of at most 2^54 it never wraps.
                sum = Math.min(sum, 1L << 62) + (long) unit * unit;
            }
        }
        return sum;
    }

    /** The integer of one parameter. */
    int unit(int index) {
        return units[index];
    }

    /** Wipes the integers. */
    @Override
    public void close() {
        Arrays.fill(units, 0);
    }
}
