package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.silofold.job.event.Terms;

/**
 * Finds the secret sum among responses of which some may be wrong: the polynomial that the most of them lie on, whose sum decodes the
 * meta blocks. A search over sets of t responses, at most {@value #MOST_SETS} of them.
 *
 * @param secretSum the secret sum
 * @param meta what the meta blocks say
 * @param wrong points of the responses that lie off its polynomial
 */
record Opening(int[] secretSum, MetaSum meta, SortedSet<Integer> wrong) {
    static final int MOST_SETS = 1024;

    /**
     * @param threshold t
     * @param needed responses that must agree: t and the policy's extra ones, at most all members
     * @param responses by point
     * @return empty if no sum is good enough yet
     */
    static Optional<Opening> find(
            MaskMath math,
            Terms terms,
            int threshold,
            int needed,
            SortedMap<Integer, int[]> responses,
            List<int[]> metaBlocks) {
        if (responses.size() < needed) {
            return Optional.empty();
        }
        List<Integer> points = new ArrayList<>(responses.keySet());
        if (points.size() == threshold || math.consistent(terms, responses)) {
            return attempt(math, terms, responses, points.subList(0, threshold), metaBlocks, new TreeSet<>());
        }
        Optional<Opening> best = Optional.empty();
        int[] chosen = new int[threshold];
        for (int i = 0; i < threshold; i++) {
            chosen[i] = i;
        }
        for (int sets = 0; sets < MOST_SETS; sets++) {
            List<Integer> subset = new ArrayList<>();
            for (int index : chosen) {
                subset.add(points.get(index));
            }
            SortedSet<Integer> wrong = outliers(math, terms, responses, subset);
            boolean better = best.isEmpty() || wrong.size() < best.get().wrong().size();
            if (better && points.size() - wrong.size() >= needed) {
                Optional<Opening> found = attempt(math, terms, responses, subset, metaBlocks, wrong);
                best = found.isPresent() ? found : best;
            }
            if (!next(chosen, points.size())) {
                break;
            }
        }
        return best;
    }

    private static Optional<Opening> attempt(
            MaskMath math,
            Terms terms,
            SortedMap<Integer, int[]> responses,
            List<Integer> subset,
            List<int[]> metaBlocks,
            SortedSet<Integer> wrong) {
        int[] sum = math.secretSum(terms, only(responses, subset));
        return math.decode(terms, sum, metaBlocks).map(meta -> new Opening(sum, meta, wrong));
    }

    private static SortedSet<Integer> outliers(
            MaskMath math, Terms terms, SortedMap<Integer, int[]> responses, List<Integer> subset) {
        SortedSet<Integer> wrong = new TreeSet<>();
        for (Integer point : responses.keySet()) {
            if (!subset.contains(point)) {
                SortedMap<Integer, int[]> together = only(responses, subset);
                together.put(point, responses.get(point));
                if (!math.consistent(terms, together)) {
                    wrong.add(point);
                }
            }
        }
        return wrong;
    }

    private static SortedMap<Integer, int[]> only(SortedMap<Integer, int[]> responses, List<Integer> points) {
        SortedMap<Integer, int[]> kept = new TreeMap<>();
        points.forEach(point -> kept.put(point, responses.get(point)));
        return kept;
    }

    /** The next combination in lexicographic order. */
    private static boolean next(int[] chosen, int n) {
        int k = chosen.length;
        for (int i = k - 1; i >= 0; i--) {
            if (chosen[i] < n - k + i) {
                chosen[i]++;
                for (int j = i + 1; j < k; j++) {
                    chosen[j] = chosen[j - 1] + 1;
                }
                return true;
            }
        }
        return false;
    }
}
