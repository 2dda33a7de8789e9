package org.silofold.protocol.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.RejectedException;

/** The canary blocks hold with the secret sum and with no other, not even one made to look right where it can be. */
class CanaryBlocksTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final ShardLayout LAYOUT = new ShardLayout(SET, 20);
    private static final Encoding ENCODING = new Encoding(SET, 1, 8);
    private static final Ring RING = Ring.of(SET);

    private final PublicElements elements = PublicElements.of(SET, "hearts", "tabular", 1);
    private final Cohort cohort = new Cohort(ENCODING, LAYOUT, new Random(11));

    private void add(int silos) {
        for (int i = 0; i < silos; i++) {
            cohort.add(new float[20], 1, List.of());
        }
    }

    private boolean hold(int[] secretSum, int silos) {
        return CanaryBlocks.hold(SET, cohort.openedCanaries(secretSum), 0, silos);
    }

    /** The secret sum with an error that shows as {@code seen}, and as nothing else, in one block. */
    private int[] crafted(int block, int[] seen) {
        int[] a = new int[SET.n()];
        elements.expand(block, a);
        int[] error = seen.clone();
        RING.forward(error);
        for (int i = 0; i < error.length; i++) {
            error[i] = RING.multiply(error[i], (int) RING.pow(Integer.toUnsignedLong(a[i]), SET.q() - 2));
        }
        RING.inverse(error);
        int[] sum = cohort.secretSum();
        for (int i = 0; i < sum.length; i++) {
            sum[i] = RING.add(sum[i], error[i]);
        }
        return sum;
    }

    @Test
    void holdWithTheSecretSumOfAnyCohort() {
        for (int silos = 1; silos <= 8; silos++) {
            add(1);
            assertThat(hold(cohort.secretSum(), silos)).as("%s silos", silos).isTrue();
        }
    }

    @Test
    void anErrorThatOneBlockHidesTheOtherShows() {
        add(3);
        int[] seen = new int[SET.n()];
        seen[1000] = 12;
        for (int block = LAYOUT.metaBlock(); block <= LAYOUT.metaBlock() + CanaryBlocks.COUNT; block++) {
            int[] wrong = crafted(block, seen);
            assertThat(hold(wrong, 3)).as("block %s", block).isFalse();
            assertThatThrownBy(() -> open(wrong)).isInstanceOf(RejectedException.class);
        }
        assertThat(open(cohort.secretSum()).sumOfWeights()).isBetween(2.999, 3.001);
    }

    @Test
    void theMetaBlocksOwnCanariesDoNotSeeIt() {
        add(3);
        int[] seen = new int[SET.n()];
        seen[1000] = 12;
        int[] wrong = crafted(LAYOUT.metaBlock(), seen);
        assertThat(MetaDecoder.canariesHold(ENCODING, cohort.openedMeta(wrong), 3))
                .isTrue();
    }

    @Test
    void oneUnitOfTheSecretSumOffIsSeen() {
        add(8);
        int[] wrong = cohort.secretSum();
        wrong[17] = RING.add(wrong[17], 1);
        assertThat(hold(wrong, 8)).isFalse();
    }

    private MetaSums open(int[] secretSum) {
        try (SumOpener opener = new SumOpener(elements, LAYOUT, ENCODING, secretSum, 3)) {
            return opener.meta(cohort.meta(), List.of(), 1);
        }
    }
}
