package org.silofold.protocol.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

class ModularSumTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;

    @Property(tries = 50)
    void whatIsAddedCanBeTakenBack(@ForAll long seed, @ForAll @IntRange(min = 0, max = 7) int at) {
        Random random = new Random(seed);
        int[] start = words(random, 40);
        byte[] bytes = Words.toBytes(words(random, 32));
        int[] sum = start.clone();
        ModularSum.add(SET, sum, at, bytes, 0, bytes.length);
        for (int i = 0; i < 32; i++) {
            long expected =
                    (Integer.toUnsignedLong(start[at + i]) + Integer.toUnsignedLong(Words.get(bytes, 4 * i))) % SET.q();
            assertThat(Integer.toUnsignedLong(sum[at + i])).isEqualTo(expected);
        }
        ModularSum.subtract(SET, sum, at, bytes, 0, bytes.length);
        assertThat(sum).isEqualTo(start);
    }

    @Property(tries = 50)
    void aWordNotBelowQIsRefusedBeforeAnythingChanges(
            @ForAll @IntRange(min = 0, max = 31) int bad, @ForAll @IntRange(min = 0, max = (1 << 20) - 2) int excess) {
        int[] words = words(new Random(bad), 32);
        words[bad] = (int) (SET.q() + excess);
        byte[] bytes = Words.toBytes(words);
        int[] sum = words(new Random(5), 32);
        int[] before = sum.clone();
        assertRefused(() -> ModularSum.add(SET, sum, 0, bytes, 0, bytes.length), bad);
        assertRefused(() -> ModularSum.subtract(SET, sum, 0, bytes, 0, bytes.length), bad);
        assertRefused(() -> ModularSum.checkWords(SET, bytes, 0, bytes.length), bad);
        assertRefused(() -> Words.read(SET, bytes, 0, 32), bad);
        assertRefused(() -> Words.check(SET, words), bad);
        assertThat(sum).isEqualTo(before);
    }

    @Test
    void theLargestWordPassesAndRangesAreChecked() {
        int[] sum = {0, (int) (SET.q() - 1)};
        byte[] largest = Words.toBytes(new int[] {(int) (SET.q() - 1), (int) (SET.q() - 1)});
        ModularSum.add(SET, sum, 0, largest, 0, 8);
        assertThat(sum).containsExactly((int) (SET.q() - 1), (int) (SET.q() - 2));
        assertThatThrownBy(() -> ModularSum.add(SET, sum, 1, largest, 0, 8))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ModularSum.add(SET, sum, 0, largest, 0, 7))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(sum).containsExactly((int) (SET.q() - 1), (int) (SET.q() - 2));
    }

    /** Zero has one form: a sum of exactly q is 0, and so is a difference of equal words. */
    @Test
    void aSumOfExactlyQIsZero() {
        int[] sum = {1, (int) (SET.q() - 1), 0};
        byte[] words = Words.toBytes(new int[] {(int) (SET.q() - 1), 1, 0});
        ModularSum.add(SET, sum, 0, words, 0, 12);
        assertThat(sum).containsOnly(0);
        ModularSum.add(SET, sum, 0, words, 0, 12);
        ModularSum.subtract(SET, sum, 0, words, 0, 12);
        assertThat(sum).containsOnly(0);
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, int index) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RejectedException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.WORD_OUT_OF_RANGE);
            assertThat(e).hasMessageContaining("word " + index + " ");
        });
    }

    private static int[] words(Random random, int count) {
        int[] words = new int[count];
        for (int i = 0; i < count; i++) {
            words[i] = (int) Long.remainderUnsigned(random.nextLong(), SET.q());
        }
        return words;
    }
}
