package org.silofold.protocol.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.Reason;

class MetaBlockTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final Encoding ENCODING = new Encoding(SET, 0.5, 20);
    private static final ShardLayout LAYOUT = new ShardLayout(SET, 14);
    private static final List<MetricRange> RANGES =
            List.of(new MetricRange("loss", 0, 10), new MetricRange("margin", -4, 4));

    @Property(tries = 25)
    void weightsAndMetricsComeBack(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int silos) {
        Random random = new Random(seed);
        Cohort cohort = new Cohort(ENCODING, LAYOUT, random);
        double weights = 0;
        double loss = 0;
        double margin = 0;
        for (int i = 0; i < silos; i++) {
            double weight = 0.05 + 0.95 * random.nextDouble();
            double ownLoss = 10 * random.nextDouble();
            double ownMargin = i == 0 ? -4 : 8 * random.nextDouble() - 4;
            cohort.add(new float[14], weight, RANGES, ownLoss, ownMargin);
            weights += weight;
            loss += ownLoss;
            margin += ownMargin;
        }
        MetaSums sums = MetaDecoder.decode(ENCODING, RANGES, cohort.openedMeta(), silos, 0.05);
        double unit = 85.0 * silos / ENCODING.scale();
        assertThat(sums.sumOfWeights()).isCloseTo(weights, within(unit));
        assertThat(sums.metrics().get(0)).isCloseTo(loss, within(10 * unit));
        assertThat(sums.metrics().get(1)).isCloseTo(margin, within(8 * unit));
    }

    @Test
    void aWrongSecretSumShowsInTheCanaries() {
        Cohort cohort = new Cohort(ENCODING, LAYOUT, new Random(4));
        cohort.add(new float[14], 1);
        cohort.add(new float[14], 1);
        int[] wrong = cohort.secretSum();
        wrong[5] = wrong[5] == 0 ? 1 : wrong[5] - 1;
        assertThat(MetaDecoder.canariesHold(ENCODING, cohort.openedMeta(), 2)).isTrue();
        assertThat(MetaDecoder.canariesHold(ENCODING, cohort.openedMeta(wrong), 2))
                .isFalse();
        refused(cohort.openedMeta(wrong), 2, 0.5);
    }

    @Property(tries = 40)
    void oneCanaryBeyondTheErrorOfTheCohortIsEnough(@ForAll @IntRange(min = 2048 - 256, max = 2047) int slot) {
        int[] block = honest(3);
        block[slot] = 3 * 84;
        assertThat(MetaDecoder.decode(ENCODING, List.of(), block, 3, 0.5).sumOfWeights())
                .isCloseTo(3, within(1e-9));
        block[slot] = -3 * 84 - 1;
        refused(block, 3, 0.5);
    }

    @Test
    void sumsBeyondTheCohortAndWeightsBelowTheFloorAreRefused() {
        int[] block = honest(3);
        block[20] = ENCODING.sumBound(3) + 1;
        refused(block, 3, 0.5);
        int[] low = new int[SET.n()];
        java.util.Arrays.fill(low, 0, 16, (int) (3 * (0.5 * ENCODING.scale() - 85)));
        assertThat(MetaDecoder.decode(ENCODING, List.of(), low, 3, 0.5).sumOfWeights())
                .isLessThan(1.5);
        java.util.Arrays.fill(low, 0, 16, low[0] - 2);
        refused(low, 3, 0.5);
        refused(new int[SET.n()], 3, 1e-9);
    }

    @Test
    void metricsOutsideTheirRangeAreRefused() {
        Cohort cohort = new Cohort(ENCODING, LAYOUT, new Random(4));
        for (double bad : new double[] {-0.01, 10.01}) {
            EncodingRoundTripTest.assertRefused(
                    Reason.INVALID_FIELD, () -> cohort.add(new float[14], 1, RANGES, bad, 0));
        }
        EncodingRoundTripTest.assertRefused(
                Reason.NOT_FINITE, () -> cohort.add(new float[14], 1, RANGES, Double.NaN, 0));
        EncodingRoundTripTest.assertRefused(Reason.INVALID_FIELD, () -> cohort.add(new float[14], 1, RANGES, 1));
        int room = MetaLayout.maxMetrics(SET);
        assertThat(room).isEqualTo(2048 - 256 - 16);
        List<MetricRange> tooMany = Collections.nCopies(room + 1, RANGES.get(0));
        assertThatThrownBy(() -> cohort.add(new float[14], 1, tooMany, new double[room + 1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MetricRange("empty", 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static int[] honest(int silos) {
        int[] block = new int[SET.n()];
        java.util.Arrays.fill(block, 0, 16, silos * ENCODING.scale());
        return block;
    }

    private static void refused(int[] block, int silos, double minWeight) {
        EncodingRoundTripTest.assertRefused(
                Reason.COHORT_BROKEN, () -> MetaDecoder.decode(ENCODING, List.of(), block, silos, minWeight));
    }
}
