package org.silofold.protocol.privacy;

import java.util.Arrays;
import java.util.Objects;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.Words;

/**
 * Exact uniform integers and Bernoulli trials from a key stream, with integers alone: no floating-point number decides a trial, so none can
 * leak through one (Mironov, On Significance of the Least Significant Bits for Differential Privacy, CCS 2012). Not constant in time. Not
 * thread-safe.
 */
final class RandomWords {
    private static final int CHUNK = 16 * 1024;
    private static final long MASK = 0xffffffffL;

    private final KeyStream stream;
    private final byte[] chunk = new byte[CHUNK];
    private int next = CHUNK;

    RandomWords(KeyStream stream) {
        this.stream = Objects.requireNonNull(stream);
    }

    /** 32 uniform bits. */
    int word() {
        if (next == CHUNK) {
            stream.next(chunk, 0, CHUNK);
            next = 0;
        }
        int word = Words.get(chunk, next);
        next += Words.BYTES;
        return word;
    }

    /** Uniform in 0..n-1 (Lemire, Fast Random Integer Generation in an Interval, 2019, algorithm 5). */
    int below(int n) {
        long product = (word() & MASK) * n;
        if ((product & MASK) < n) {
            long least = (1L << 32) % n;
            while ((product & MASK) < least) {
                product = (word() & MASK) * n;
            }
        }
        return (int) (product >>> 32);
    }

    /** True with probability exp(-numerator / denominator), 0 &lt;= numerator &lt;= denominator (CKS 2020, algorithm 1). */
    boolean exp(int numerator, int denominator) {
        int k = 1;
        while (below(denominator) < numerator && below(k) == 0) {
            k++;
        }
        return (k & 1) == 1;
    }

    /** True with probability exp(-x^2 / 2) for x = numerator / denominator in [0, 1]. */
    boolean expHalfSquare(int numerator, int denominator) {
        int k = 1;
        while (square(numerator, denominator) && below(2 * k) == 0) {
            k++;
        }
        return (k & 1) == 1;
    }

    /** True with probability (numerator / denominator)^2. */
    private boolean square(int numerator, int denominator) {
        int first = below(denominator);
        return first < numerator && below(denominator) < numerator;
    }

    void wipe() {
        Arrays.fill(chunk, (byte) 0);
        next = CHUNK;
    }
}
