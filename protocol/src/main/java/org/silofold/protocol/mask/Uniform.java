package org.silofold.protocol.mask;

import java.util.Arrays;
import org.silofold.protocol.params.ParameterSet;

/**
 * Uniform words modulo q: the first words of a key stream, read little-endian, that are below q. Which words are passed over tells
 * nothing of those that are kept.
 */
public final class Uniform {
    private static final int CHUNK_WORDS = 4096;

    private Uniform() {}

    /** {@code count} uniform words from the stream, owned by the caller. */
    public static int[] words(ParameterSet set, KeyStream stream, int count) {
        int[] words = new int[count];
        fill(set, stream, words);
        return words;
    }

    /** Overwrites all of {@code out} with uniform words; the stream may be read further than the last word kept. */
    public static void fill(ParameterSet set, KeyStream stream, int[] out) {
        int limit = (int) set.q() ^ Integer.MIN_VALUE;
        // A few words more than are wanted, so that one read mostly suffices.
        byte[] chunk = new byte[Words.BYTES * Math.min(CHUNK_WORDS, (out.length + out.length / 512 + 8) & ~3)];
        int kept = 0;
        while (kept < out.length) {
            stream.next(chunk, 0, chunk.length);
            for (int i = 0; i < chunk.length && kept < out.length; i += Words.BYTES) {
                int word = Words.get(chunk, i);
                if ((word ^ Integer.MIN_VALUE) < limit) {
                    out[kept++] = word;
                }
            }
        }
        Arrays.fill(chunk, (byte) 0);
    }
}
