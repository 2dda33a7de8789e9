package org.silofold.protocol.encode;

import java.util.ArrayList;
import java.util.List;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** Decodes a cohort's meta block, and shows whether the secret sum that opened it is right. */
public final class MetaDecoder {
    private MetaDecoder() {}

    /**
     * Decodes the opened meta block.
     *
     * <p>The floor on the sum of weights: each of K honest silos contributes at least {@code minWeight * M - (T + 1)} to each slot, for an
     * error within the tail T and a rounding within 1, so a mean below {@code K * (minWeight * M - T - 1)} or not above zero is no honest one.
     *
     * @param unmasked N signed sums, left as they are
     * @param cohortSize K, silos in the sum
     * @param minWeight policy's least weight
     * @throws RejectedException {@link Reason#COHORT_BROKEN} if a canary is off by more than K errors, a slot is beyond what K silos can
     *     sum to, or the weights are below their floor
     */
    public static MetaSums decode(
            Encoding encoding, List<MetricRange> ranges, int[] unmasked, int cohortSize, double minWeight) {
        MetaLayout.requireMetrics(encoding.set(), ranges.size());
        if (unmasked.length != encoding.set().n()) {
            throw new IllegalArgumentException("a block has " + encoding.set().n() + " sums, not " + unmasked.length);
        }
        checkCanaries(encoding, unmasked, cohortSize);
        SumBounds.check(encoding, unmasked, 0, unmasked.length, cohortSize);
        long weights = 0;
        for (int i = 0; i < MetaLayout.WEIGHT_SLOTS; i++) {
            weights += unmasked[i];
        }
        double mean = (double) weights / MetaLayout.WEIGHT_SLOTS;
        double scale = encoding.scale();
        double floor = cohortSize * (minWeight * scale - encoding.noiseTail() - 1);
        if (!(mean > 0 && mean >= floor)) {
            throw new RejectedException(Reason.COHORT_BROKEN, "the sum of weights is below its floor");
        }
        List<Double> metrics = new ArrayList<>(ranges.size());
        for (int i = 0; i < ranges.size(); i++) {
            double fractions = unmasked[MetaLayout.WEIGHT_SLOTS + i] / scale;
            metrics.add(ranges.get(i).sum(fractions, cohortSize));
        }
        return new MetaSums(mean / scale, metrics);
    }

    /**
     * Whether the canaries are within the error of {@code cohortSize} silos: with the right secret sum and honest silos they are; a wrong
     * secret sum leaves them uniform.
     */
    public static boolean canariesHold(Encoding encoding, int[] unmasked, int cohortSize) {
        int bound = encoding.noiseBound(cohortSize);
        for (int i = MetaLayout.firstCanary(encoding.set()); i < encoding.set().n(); i++) {
            if (unmasked[i] < -bound || unmasked[i] > bound) {
                return false;
            }
        }
        return true;
    }

    private static void checkCanaries(Encoding encoding, int[] unmasked, int cohortSize) {
        if (!canariesHold(encoding, unmasked, cohortSize)) {
            throw new RejectedException(Reason.COHORT_BROKEN, "a canary of the meta block is not zero");
        }
    }
}
