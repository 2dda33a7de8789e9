package org.silofold.protocol.share;

import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.silofold.protocol.mask.Ring;

/**
 * Goes through the sets of points to leave out of one word's shares, at one multiplication a set. At n = 32 and t = 22 that is about 10^8
 * sets in all.
 *
 * <p>With v_j = 1 / prod (x_j - x_i) over the other points, shares y_j have the syndromes S_d = sum of v_j y_j x_j^d; they lie on a polynomial of
 * degree below t if and only if S_0 .. S_(m-t-1) are zero. Leaving out the point e multiplies each v_j by (x_j - e), and so makes of
 * S_d the difference S_d - S_(d+1) / e, up to a factor that is no matter. S_(-1), scaled by minus the product of all -x_i, becomes the
 * polynomial's value at 0 once no more than t points are left.
 */
final class ErrorSearch {
    /** Where S_(-1) and S_0 are in a vector of syndromes. */
    private static final int AT_ZERO = 0;

    private static final int FIRST = 1;

    private final Ring ring;
    private final int count;
    /** 1 / x of each point, in Montgomery form. */
    private final int[] inverses;

    private final int[] syndromes;

    /**
     * @param points distinct, from 1
     * @param values a word for each
     */
    ErrorSearch(Ring ring, List<Integer> points, int[] values) {
        this.ring = ring;
        this.count = points.size();
        this.inverses = new int[count];
        this.syndromes = new int[count + 1];
        int scale = ring.lower(-1);
        for (int point : points) {
            scale = ring.multiply(scale, ring.lower(-point));
        }
        for (int j = 0; j < count; j++) {
            int x = points.get(j);
            int inverse = invert(x);
            inverses[j] = ring.toMontgomery(inverse);
            int others = 1;
            for (int other : points) {
                others = other == x ? others : ring.multiply(others, ring.lower(x - other));
            }
            int term = ring.multiply(ring.multiply(scale, values[j]), ring.multiply(invert(others), inverse));
            for (int d = 0; d <= count; d++) {
                syndromes[d] = ring.add(syndromes[d], term);
                term = ring.multiply(term, x);
            }
        }
    }

    /** The first set of this size, as a mask, without which the first syndrome is zero and which is accepted. */
    Optional<Integer> consistent(int size, IntPredicate accepts) {
        return new Walk(FIRST, size, 0, 0, accepts).run();
    }

    /** The first set of this size without which the value at 0, taken from the target, is within the tolerance of 0 and which is accepted. */
    Optional<Integer> near(int size, int target, int tolerance, IntPredicate accepts) {
        return new Walk(AT_ZERO, size, target, tolerance, accepts).run();
    }

    private int invert(int word) {
        return (int) ring.pow(Integer.toUnsignedLong(word), ring.set().q() - 2);
    }

    /** One depth-first walk over all sets of a size, in lexicographic order. */
    private final class Walk {
        private final int index;
        private final int size;
        private final int target;
        private final int tolerance;
        private final IntPredicate accepts;
        private final int[][] vectors;
        private int found;

        Walk(int index, int size, int target, int tolerance, IntPredicate accepts) {
            this.index = index;
            this.size = size;
            this.target = target;
            this.tolerance = tolerance;
            this.accepts = accepts;
            this.vectors = new int[Math.max(size, 1)][syndromes.length];
        }

        Optional<Integer> run() {
            System.arraycopy(syndromes, 0, vectors[0], 0, syndromes.length);
            boolean hit = size == 0 ? isHit(syndromes[index], 0) : descend(0, 0, 0);
            return hit ? Optional.of(found) : Optional.empty();
        }

        /** Whether a set was found that begins with those of the mask; the vector at this depth has their syndromes. */
        private boolean descend(int depth, int from, int mask) {
            int left = size - depth;
            int[] now = vectors[depth];
            for (int i = from; i <= count - left; i++) {
                int factor = inverses[i];
                if (left == 1) {
                    int last = ring.subtract(now[index], ring.multiplyBy(factor, now[index + 1]));
                    if (isHit(last, mask | 1 << i)) {
                        return true;
                    }
                    continue;
                }
                int[] next = vectors[depth + 1];
                for (int d = index; d < index + left; d++) {
                    next[d] = ring.subtract(now[d], ring.multiplyBy(factor, now[d + 1]));
                }
                if (descend(depth + 1, i + 1, mask | 1 << i)) {
                    return true;
                }
            }
            return false;
        }

        private boolean isHit(int value, int mask) {
            int off = ring.lift(ring.subtract(target, value));
            if (off < -tolerance || off > tolerance || !accepts.test(mask)) {
                return false;
            }
            found = mask;
            return true;
        }
    }
}
