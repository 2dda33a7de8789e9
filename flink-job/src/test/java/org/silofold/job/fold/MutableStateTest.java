package org.silofold.job.fold;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.UpdateId;

/** The heap state backend copies a value while a snapshot of it is being written: what is changed in place must copy deeply. */
class MutableStateTest {
    @Test
    void aCopiedBookDoesNotChangeWithItsOriginal() {
        FoldBook book = new FoldBook();
        book.account(1).waiting.add(MaskedCohort.key(1));
        book.end(MaskedCohort.key(2));
        FoldBook copy = FoldBookSerializer.INSTANCE.copy(book);

        book.account(1).waiting.clear();
        book.account(1).certify();
        book.account(1).open(new MaskedCohort(1, 1, 10, "fedavg").open(1, 1, 0));
        book.account(2);
        book.end(MaskedCohort.key(3));

        assertThat(copy.accounts()).containsOnlyKeys(1L);
        assertThat(copy.waitingFor(MaskedCohort.key(1))).contains(1L);
        assertThat(copy.account(1).certified()).isFalse();
        assertThat(copy.account(1).open()).isEmpty();
        assertThat(copy.hasEnded(MaskedCohort.key(2))).isTrue();
        assertThat(copy.hasEnded(MaskedCohort.key(3))).isFalse();
    }

    @Test
    void aCopiedSumDoesNotChangeWithItsOriginal() {
        int[] sum = {1, 2, 3};
        int[] copy = WordsSerializer.INSTANCE.copy(sum);
        sum[0] = 9;
        assertThat(copy).containsExactly(1, 2, 3);
        assertThat(WordsSerializer.INSTANCE.isImmutableType()).isFalse();
        assertThat(FoldBookSerializer.INSTANCE.isImmutableType()).isFalse();
    }

    @Test
    void aBookRemembersABoundedNumberOfEndedUpdates() {
        FoldBook book = new FoldBook();
        for (int i = 0; i < FoldBook.REMEMBERED + 50; i++) {
            byte[] id = new byte[16];
            id[2] = (byte) (i >> 8);
            id[3] = (byte) i;
            book.end(new UpdateKey("anna", UpdateId.of(id)));
        }
        assertThat(book.ended().get("anna")).hasSize(FoldBook.REMEMBERED);
    }

    @Test
    void onlyTheOpenOfTheNextVersionIsRipe() {
        MaskedCohort cohort = new MaskedCohort(1, 1, 10, "fedavg");
        FoldBook book = new FoldBook();
        FoldCommand.Open open = cohort.open(7, 3, 0);
        book.account(7).open(open);
        assertThat(book.ripe(1)).isEmpty();
        assertThat(book.ripe(2)).contains(7L);
        book.account(7).waiting.add(MaskedCohort.key(0));
        assertThat(book.ripe(2)).isEmpty();
    }
}
