package org.silofold.job.coordinate;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.silofold.job.event.Terms;
import org.silofold.protocol.share.ErrorLocator;

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

    /** Whether these are exactly the words of an update's meta section, each an unsigned int below q. */
    boolean isMeta(String parameterSet, int[] words);

    /**
     * The responses to leave out, as few as will do, so that the others, at least {@code needed} of them, lie on one polynomial whose secret sum
     * opens these meta blocks.
     *
     * @param needed t or more
     * @param responses by point, at least {@code needed}
     */
    Optional<ErrorLocator.Errors> errors(
            Terms terms, int needed, SortedMap<Integer, int[]> responses, List<int[]> metaBlocks);

    /** The secret sum: the value at zero of the polynomials through exactly t responses, by point. */
    int[] secretSum(Terms terms, SortedMap<Integer, int[]> responses);

    /**
     * Unmasks the sum of a cohort's meta blocks.
     *
     * @return empty if canaries or bounds prove the secret sum wrong or a contribution broken
     */
    Optional<MetaSum> decode(Terms terms, int[] secretSum, List<int[]> metaBlocks);
}
