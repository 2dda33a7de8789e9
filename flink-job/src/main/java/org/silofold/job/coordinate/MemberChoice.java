package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Picks the members that all accepted every update of a cohort, so as to take in the most updates. Exact while there are at most
 * {@value #EXACT} member sets, greedy beyond. Among equals the members earlier in the list win, so the list is sorted by standing.
 */
final class MemberChoice {
    static final int EXACT = 2000;

    private MemberChoice() {}

    /**
     * @param accepted for each member, in order of standing, the updates it accepted, by their place
     * @param updates how many updates there are
     * @param needed members in the set, at most all
     * @return the updates that the best set accepted all of
     */
    static BitSet choose(List<BitSet> accepted, int updates, int needed) {
        BitSet all = new BitSet(updates);
        all.set(0, updates);
        if (sets(accepted.size(), needed) <= EXACT) {
            BitSet[] best = {new BitSet()};
            search(accepted, 0, needed, all, best);
            return best[0];
        }
        return greedy(accepted, all, needed);
    }

    private static void search(List<BitSet> accepted, int from, int needed, BitSet common, BitSet[] best) {
        if (common.cardinality() <= best[0].cardinality()) {
            return;
        }
        if (needed == 0) {
            best[0] = common;
            return;
        }
        for (int m = from; m <= accepted.size() - needed; m++) {
            BitSet next = (BitSet) common.clone();
            next.and(accepted.get(m));
            search(accepted, m + 1, needed - 1, next, best);
        }
    }

    private static BitSet greedy(List<BitSet> accepted, BitSet all, int needed) {
        List<BitSet> left = new ArrayList<>(accepted);
        BitSet common = all;
        for (int taken = 0; taken < needed; taken++) {
            BitSet best = null;
            int at = 0;
            for (int m = 0; m < left.size(); m++) {
                BitSet next = (BitSet) common.clone();
                next.and(left.get(m));
                if (best == null || next.cardinality() > best.cardinality()) {
                    best = next;
                    at = m;
                }
            }
            common = best == null ? new BitSet() : best;
            left.remove(at);
        }
        return common;
    }

    private static long sets(int n, int k) {
        long count = 1;
        for (int i = 1; i <= k; i++) {
            count = count * (n - k + i) / i;
            if (count > EXACT) {
                return count;
            }
        }
        return count;
    }
}
