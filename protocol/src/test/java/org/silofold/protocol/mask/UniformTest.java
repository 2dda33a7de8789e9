package org.silofold.protocol.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.params.ParameterSet;

class UniformTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final byte[] ZERO_KEY = new byte[KeyStream.KEY_LENGTH];
    /** Found by search: the first block index whose stream under the zero key has the word q itself among its first 2048. */
    private static final long BLOCK = 602577;

    private static final int PLACE = 1364;

    @Test
    void theWordQItselfIsPassedOver() {
        int[] raw = raw(BLOCK, 4096);
        assertThat(Integer.toUnsignedLong(raw[PLACE])).isEqualTo(SET.q());
        int[] expected = Arrays.stream(raw)
                .filter(word -> Integer.toUnsignedLong(word) < SET.q())
                .limit(2048)
                .toArray();
        assertThat(Uniform.words(SET, KeyStream.of(ZERO_KEY, BLOCK), 2048)).isEqualTo(expected);
    }

    /** Counts around and beyond the size of one read: the words are the same whatever the reads. */
    @Test
    void everyCountIsAPrefixOfTheSameWords() {
        int[] expected = Arrays.stream(raw(1, 50_000))
                .filter(word -> Integer.toUnsignedLong(word) < SET.q())
                .toArray();
        for (int count : new int[] {0, 1, 5, 511, 512, 2048, 4080, 4095, 4096, 4097, 10_240, 49_000}) {
            assertThat(Uniform.words(SET, KeyStream.of(ZERO_KEY, 1), count)).isEqualTo(Arrays.copyOf(expected, count));
        }
    }

    private static int[] raw(long block, int count) {
        byte[] bytes = new byte[4 * count];
        KeyStream.of(ZERO_KEY, block).next(bytes, 0, bytes.length);
        int[] words = new int[count];
        for (int i = 0; i < count; i++) {
            words[i] = Words.get(bytes, 4 * i);
        }
        return words;
    }
}
