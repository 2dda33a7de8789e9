package org.silofold.protocol.encode;

import java.util.Objects;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * Decodes opened sums to the weighted mean of the cohort's deltas. Double arithmetic in one fixed order, so every run gives the same bits.
 *
 * <p>A weighted mean of values in [-C, C] is within [-C, C], but mask error and rounding can carry the decoded one a few units further;
 * it is cut back, which only brings it nearer to the true mean, and lets a silo check how far a model moved.
 */
public final class MeanDecoder {
    private MeanDecoder() {}

    /**
     * Decodes {@code count} sums.
     *
     * @param sums opened sums from {@code offset} on, left as they are
     * @param cohortSize silos in the sum
     * @param sumOfWeights from the meta block, finite and positive
     * @param out receives the means from {@code outOffset} on, each within [-C, C]
     * @throws RejectedException {@link Reason#COHORT_BROKEN} if a sum is beyond what the cohort can sum to; nothing was written then
     */
    public static void decode(
            Encoding encoding,
            int[] sums,
            int offset,
            int count,
            int cohortSize,
            double sumOfWeights,
            float[] out,
            int outOffset) {
        if (!(sumOfWeights > 0 && sumOfWeights < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("the sum of weights is finite and positive, not " + sumOfWeights);
        }
        Objects.checkFromIndexSize(offset, count, sums.length);
        Objects.checkFromIndexSize(outOffset, count, out.length);
        SumBounds.check(encoding, sums, offset, count, cohortSize);
        double factor = encoding.unit() / sumOfWeights;
        float limit = largestFloatWithin(encoding.clip());
        for (int i = 0; i < count; i++) {
            float mean = (float) (sums[offset + i] * factor);
            out[outOffset + i] = Math.max(-limit, Math.min(limit, mean));
        }
    }

    private static float largestFloatWithin(double clip) {
        float nearest = (float) clip;
        return nearest > clip ? Math.nextDown(nearest) : nearest;
    }
}
