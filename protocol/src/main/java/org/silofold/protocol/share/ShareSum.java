package org.silofold.protocol.share;

import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.params.ParameterSet;

/** Sums of shares: a member's answer is the sum of its shares over the cohort, which is its share of the sum of the secrets. */
public final class ShareSum {
    private ShareSum() {}

    /** Adds a vector of words to a sum, modulo q, in place. */
    public static void add(ParameterSet set, int[] sum, int[] words) {
        if (sum.length != words.length) {
            throw new IllegalArgumentException("vectors of " + sum.length + " and " + words.length + " words");
        }
        Ring ring = Ring.of(set);
        for (int i = 0; i < sum.length; i++) {
            sum[i] = ring.add(sum[i], words[i]);
        }
    }
}
