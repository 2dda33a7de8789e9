package org.silofold.job.coordinate;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.silofold.job.event.Terms;

/**
 * The mathematics that the rules rest on, apart from them: what a parameter set's words look like, when responses lie on one
 * polynomial, what secret sum they give, and what a cohort's meta blocks say under it.
 */
public interface MaskMath {
    /** The protocol's own mathematics. */
    static MaskMath real() {
        return new RingMaskMath();
    }

    /** Whether these are exactly N words, each an unsigned int below q. */
    boolean isBlock(String parameterSet, int[] words);

    /** Whether these responses, by point and more than t of them, lie on polynomials of degree t - 1. */
    boolean consistent(Terms terms, SortedMap<Integer, int[]> responses);

    /** The secret sum: the value at zero of the polynomials through exactly t responses, by point. */
    int[] secretSum(Terms terms, SortedMap<Integer, int[]> responses);

    /**
     * Unmasks the sum of a cohort's meta blocks.
     *
     * @return empty if canaries or bounds prove the secret sum wrong or a contribution broken
     */
    Optional<MetaSum> decode(Terms terms, int[] secretSum, List<int[]> metaBlocks);
}
