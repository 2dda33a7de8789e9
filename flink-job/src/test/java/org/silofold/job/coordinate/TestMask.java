package org.silofold.job.coordinate;

import java.util.Random;
import java.util.SortedMap;
import org.silofold.job.event.Terms;

/** What a silo does to its meta block, for tests: masks it and shares the secret out. */
interface TestMask {
    /**
     * @param metaWords the masked meta block
     * @param shares by point
     */
    record Masked(int[] metaWords, SortedMap<Integer, int[]> shares) {}

    /** The mathematics that opens it. */
    MaskMath math();

    /** A fresh secret over a meta block that says this weight. */
    Masked mask(Terms terms, double weight, Random random);

    /** q. */
    long modulus();

    /** How far the opened sum of weights may be from the plain one. */
    double tolerance();

    /** A member's answer: its shares summed. */
    default int[] sum(Iterable<int[]> shares) {
        int[] sum = null;
        for (int[] share : shares) {
            if (sum == null) {
                sum = new int[share.length];
            }
            for (int i = 0; i < share.length; i++) {
                sum[i] = (int) (((sum[i] & 0xffffffffL) + (share[i] & 0xffffffffL)) % modulus());
            }
        }
        return sum;
    }
}
