package org.silofold.protocol.encode;

import java.util.Arrays;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.Words;

/**
 * Rounds to one of the two nearest integers with probabilities that make the expected value exact, to within 2^-32 of a unit: the number as
 * a multiple of 2^-32, plus 32 uniform bits, rounded down. No branch depends on a value. Not thread-safe.
 */
public final class StochasticRounding {
    private static final double FRACTION = 0x1p32;
    private static final long MASK = 0xffffffffL;

    private final KeyStream stream;
    private final byte[] random;

    /**
     * @param stream where the randomness comes from
     * @param most how many values are rounded at once
     */
    public StochasticRounding(KeyStream stream, int most) {
        this.stream = stream;
        this.random = new byte[most * Words.BYTES];
    }

    /** Draws the randomness for the next {@code count} values. */
    public void draw(int count) {
        stream.next(random, 0, count * Words.BYTES);
    }

    /**
     * Rounds with the i-th piece of the randomness drawn.
     *
     * @param value of magnitude at most 2^30
     */
    public int round(double value, int i) {
        long fixed = (long) Math.floor(value * FRACTION);
        return (int) ((fixed + (Words.get(random, i * Words.BYTES) & MASK)) >> 32);
    }

    /** Wipes the randomness drawn. */
    public void wipe() {
        Arrays.fill(random, (byte) 0);
    }
}
