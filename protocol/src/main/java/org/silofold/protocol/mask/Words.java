package org.silofold.protocol.mask;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** Words on the wire: little-endian uint32, each below q. */
public final class Words {
    /** Bytes of a word. */
    public static final int BYTES = 4;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private Words() {}

    /** The word whose first byte is at this offset, unchecked against q. */
    public static int get(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset);
    }

    /** Writes a word at this offset. */
    public static void put(byte[] bytes, int offset, int word) {
        INT.set(bytes, offset, word);
    }

    /** The words as bytes, four a word. */
    public static byte[] toBytes(int[] words) {
        byte[] bytes = new byte[words.length * BYTES];
        write(words, bytes, 0);
        return bytes;
    }

    /** Writes all words from this offset on. */
    public static void write(int[] words, byte[] bytes, int offset) {
        for (int i = 0; i < words.length; i++) {
            put(bytes, offset + i * BYTES, words[i]);
        }
    }

    /**
     * Reads words, all or none.
     *
     * @return {@code count} words, owned by the caller
     * @throws RejectedException {@link Reason#WORD_OUT_OF_RANGE} if one is not below q
     */
    public static int[] read(ParameterSet set, byte[] bytes, int offset, int count) {
        check(set, bytes, offset, count * BYTES);
        int[] words = new int[count];
        for (int i = 0; i < count; i++) {
            words[i] = get(bytes, offset + i * BYTES);
        }
        return words;
    }

    /**
     * Checks that words are below q. Words on the wire are public, so this may stop at the first bad one.
     *
     * @param length bytes, a multiple of four
     * @throws RejectedException {@link Reason#WORD_OUT_OF_RANGE} naming the first that is not
     */
    public static void check(ParameterSet set, byte[] bytes, int offset, int length) {
        requireRange(bytes, offset, length);
        // Flipping the top bit maps unsigned order to signed order.
        int limit = (int) set.q() ^ Integer.MIN_VALUE;
        for (int i = offset; i < offset + length; i += BYTES) {
            if ((get(bytes, i) ^ Integer.MIN_VALUE) >= limit) {
                throw outOfRange((i - offset) / BYTES);
            }
        }
    }

    /**
     * Checks that words are below q.
     *
     * @throws RejectedException {@link Reason#WORD_OUT_OF_RANGE} naming the first that is not
     */
    public static void check(ParameterSet set, int[] words) {
        int limit = (int) set.q() ^ Integer.MIN_VALUE;
        for (int i = 0; i < words.length; i++) {
            if ((words[i] ^ Integer.MIN_VALUE) >= limit) {
                throw outOfRange(i);
            }
        }
    }

    static void requireRange(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length % BYTES != 0) {
            throw new IllegalArgumentException("words have four bytes each, which " + length + " bytes do not make up");
        }
    }

    private static RejectedException outOfRange(int index) {
        return new RejectedException(Reason.WORD_OUT_OF_RANGE, "word " + index + " is not below q");
    }
}
