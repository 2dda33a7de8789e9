package org.silofold.protocol.encode;

import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** The largest sum that a cohort can have. */
final class SumBounds {
    private SumBounds() {}

    /** Refuses (COHORT_BROKEN) sums beyond {@link Encoding#sumBound}, naming the first. */
    static void check(Encoding encoding, int[] sums, int offset, int count, int cohortSize) {
        int bound = encoding.sumBound(cohortSize);
        for (int i = 0; i < count; i++) {
            int sum = sums[offset + i];
            if (sum < -bound || sum > bound) {
                throw new RejectedException(
                        Reason.COHORT_BROKEN, "sum " + i + " is beyond what " + cohortSize + " silos can sum to");
            }
        }
    }
}
