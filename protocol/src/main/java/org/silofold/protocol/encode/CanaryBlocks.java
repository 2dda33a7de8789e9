package org.silofold.protocol.encode;

import org.silofold.protocol.params.ParameterSet;

/**
 * Whole blocks of zeros beside the meta block, which bind the secret sum. Opened with the right one they show the cohort's error and nothing
 * else; so do they with no other.
 *
 * <p>Why two blocks, and their norm. The public elements a are known and invertible, so who answers for a share can choose an error d of
 * the secret sum such that {@code a_1 d} is any small element: one block, or slots of one, bind nothing. With two, d passes only if {@code a_1 d} and
 * {@code a_2 d} are small together. Honest opened canaries have a sum of squares of {@code 2N k sigma^2}, so with the bound R^2 =
 * {@value #SLACK} times that, two sums that both pass differ by d with |(a_1 d, a_2 d)| at most 2R. Of q^N values d, over random a_1 and a_2, there
 * pass {@code Vol(ball of 2N dimensions, 2R) / q^N}, about {@code (3500 k / q)^N}: none, for every cohort there is (k at most 1024; N = 2048, q = 2^32).
 */
public final class CanaryBlocks {
    /** Canary blocks of an update; their block indices follow the meta block's. */
    public static final int COUNT = 2;

    /** How far above its mean an honest sum of squares may be: its deviation is 2.2 %, so this is never seen. */
    static final double SLACK = 1.25;

    private CanaryBlocks() {}

    /**
     * Whether opened canary blocks show a cohort's error and nothing else.
     *
     * @param opened {@value #COUNT} blocks of N signed sums, from an offset on
     * @param cohortSize k, silos in the sum, 1 or more
     */
    public static boolean hold(ParameterSet set, int[] opened, int offset, int cohortSize) {
        int length = COUNT * set.n();
        double squares = 0;
        for (int i = offset; i < offset + length; i++) {
            squares += (double) opened[i] * opened[i];
        }
        return squares <= SLACK * length * cohortSize * set.sigma() * set.sigma();
    }
}
