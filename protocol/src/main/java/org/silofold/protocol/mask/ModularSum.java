package org.silofold.protocol.mask;

import java.util.Objects;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** The fold: sums of masked words modulo q, coefficient by coefficient. Order does not matter. Refuses before it changes anything. */
public final class ModularSum {
    private static final long MASK = 0xffffffffL;

    private ModularSum() {}

    /**
     * Adds words to an accumulator.
     *
     * @param accumulator words below q; word i of the input goes to place {@code at + i}
     * @param bytes little-endian words from {@code offset} on
     * @param length bytes, a multiple of four
     * @throws RejectedException {@link Reason#WORD_OUT_OF_RANGE} if a word is not below q; nothing has changed then
     */
    public static void add(ParameterSet set, int[] accumulator, int at, byte[] bytes, int offset, int length) {
        check(set, accumulator, at, bytes, offset, length);
        long q = set.q();
        for (int i = 0; i < length / Words.BYTES; i++) {
            long sum = (accumulator[at + i] & MASK) + (Words.get(bytes, offset + i * Words.BYTES) & MASK) - q;
            accumulator[at + i] = (int) (sum + (q & (sum >> 63)));
        }
    }

    /** Takes words back out of an accumulator; as {@link #add}. */
    public static void subtract(ParameterSet set, int[] accumulator, int at, byte[] bytes, int offset, int length) {
        check(set, accumulator, at, bytes, offset, length);
        long q = set.q();
        for (int i = 0; i < length / Words.BYTES; i++) {
            long difference = (accumulator[at + i] & MASK) - (Words.get(bytes, offset + i * Words.BYTES) & MASK);
            accumulator[at + i] = (int) (difference + (q & (difference >> 63)));
        }
    }

    /**
     * Checks that words are below q.
     *
     * @throws RejectedException {@link Reason#WORD_OUT_OF_RANGE} naming the first that is not
     */
    public static void checkWords(ParameterSet set, byte[] bytes, int offset, int length) {
        Words.check(set, bytes, offset, length);
    }

    private static void check(ParameterSet set, int[] accumulator, int at, byte[] bytes, int offset, int length) {
        Words.check(set, bytes, offset, length);
        Objects.checkFromIndexSize(at, length / Words.BYTES, accumulator.length);
    }
}
