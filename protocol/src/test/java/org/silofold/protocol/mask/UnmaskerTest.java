package org.silofold.protocol.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.silofold.protocol.testing.Samples.assertRejected;

import org.junit.jupiter.api.Test;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;

class UnmaskerTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final PublicElements ELEMENTS = PublicElements.of(SET, "hearts", "tabular", 3);

    @Test
    void aSecretSumOfWordsNotBelowQIsRefused() {
        for (int at : new int[] {0, 1, 1023, 2047}) {
            for (long word : new long[] {SET.q(), SET.q() + 1, 0xffffffffL}) {
                int[] sum = new int[SET.n()];
                sum[at] = (int) word;
                assertRejected(Reason.WORD_OUT_OF_RANGE, () -> new Unmasker(ELEMENTS, sum));
            }
        }
        int[] largest = new int[SET.n()];
        largest[5] = (int) (SET.q() - 1);
        new Unmasker(ELEMENTS, largest).close();
        assertThat(largest[5]).isEqualTo((int) (SET.q() - 1));
    }

    @Test
    void otherLengthsAreNoSecretSum() {
        for (int length : new int[] {0, 1, 2047, 2049}) {
            assertThatThrownBy(() -> new Unmasker(ELEMENTS, new int[length]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void rangesAreCheckedAndOpeningInPlaceWorks() {
        try (Unmasker unmasker = new Unmasker(ELEMENTS, new int[SET.n()])) {
            int[] folded = new int[SET.n() + 10];
            folded[10] = (int) (SET.q() - 7);
            folded[11] = (int) (SET.q() / 2);
            folded[12] = (int) (SET.q() / 2 + 1);
            assertThatThrownBy(() -> unmasker.unmask(0, folded, 11, new int[SET.n()], 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> unmasker.unmask(0, folded, 10, new int[SET.n()], 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            unmasker.unmask(0, folded, 10, folded, 10);
            assertThat(folded[10]).isEqualTo(-7);
            assertThat(folded[11]).isEqualTo((int) (SET.q() / 2));
            assertThat(folded[12]).isEqualTo((int) -(SET.q() / 2));
        }
    }
}
