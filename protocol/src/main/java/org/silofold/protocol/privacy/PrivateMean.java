package org.silofold.protocol.privacy;

import org.silofold.protocol.encode.MeanDecoder;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * Decodes opened sums to the mean over the cohort's silos, {@code sum / (s * cohort)}. The number of silos is public, so dividing by it costs
 * no privacy; nor does cutting the mean to [-C, C], which bounds what noise can do to a model.
 */
public final class PrivateMean {
    private PrivateMean() {}

    /**
     * Decodes {@code count} sums.
     *
     * @param sums opened sums from {@code offset} on, left as they are
     * @param cohortSize silos in the sum, 1..maxCohort
     * @param out receives the means from {@code outOffset} on, each within [-C, C]
     * @throws RejectedException {@link Reason#COHORT_BROKEN} if a sum is beyond what the cohort can sum to; nothing was written then
     */
    public static void decode(
            PrivateEncoding encoding, int[] sums, int offset, int count, int cohortSize, float[] out, int outOffset) {
        MeanDecoder.decode(
                encoding.encoding(), sums, offset, count, cohortSize, cohortSize * encoding.weight(), out, outOffset);
    }
}
