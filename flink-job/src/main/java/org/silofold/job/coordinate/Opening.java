package org.silofold.job.coordinate;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.silofold.job.event.Terms;

/**
 * Finds the secret sum among responses of which some may be wrong: the polynomial that the most of them lie on, whose sum decodes the
 * meta blocks.
 *
 * @param secretSum the secret sum
 * @param meta what the meta blocks say
 * @param wrong points of the responses that lie off its polynomial
 */
record Opening(int[] secretSum, MetaSum meta, SortedSet<Integer> wrong) {
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
        return math.errors(terms, needed, responses, metaBlocks).flatMap(errors -> {
            int[] sum = math.secretSum(terms, firstWithout(responses, errors.leftOut(), threshold));
            return math.decode(terms, sum, metaBlocks).map(meta -> new Opening(sum, meta, errors.wrong()));
        });
    }

    /** The first t of the responses that are not left out. */
    static SortedMap<Integer, int[]> firstWithout(
            SortedMap<Integer, int[]> responses, SortedSet<Integer> leftOut, int threshold) {
        SortedMap<Integer, int[]> kept = new TreeMap<>();
        responses.forEach((point, words) -> {
            if (kept.size() < threshold && !leftOut.contains(point)) {
                kept.put(point, words);
            }
        });
        return kept;
    }
}
