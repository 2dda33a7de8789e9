package org.silofold.protocol.encode;

import java.util.List;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.mask.Unmasker;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * Opens what a cohort's masked words sum to, protocol page 2.6 and 3.6: the aggregator to make a version, an auditor to make it again. Both
 * take the same operations in the same order, so they get the same bits. Not thread-safe.
 */
public final class SumOpener implements AutoCloseable {
    private final Unmasker unmasker;
    private final ShardLayout layout;
    private final Encoding encoding;
    private final int cohortSize;
    private final int[] block;

    /**
     * @param elements the public elements of the cohort's federation, model and epoch
     * @param encoding of the policy under which the cohort was requested
     * @param secretSum the sum of the cohort's secrets, N words, left as they are
     * @param cohortSize updates in the cohort, 1..{@link Encoding#maxCohort()}
     * @throws RejectedException WORD_OUT_OF_RANGE if a word of the secret sum is not below q
     */
    public SumOpener(PublicElements elements, ShardLayout layout, Encoding encoding, int[] secretSum, int cohortSize) {
        if (!elements.set().equals(layout.set()) || !encoding.set().equals(layout.set())) {
            throw new IllegalArgumentException("elements, layout and encoding are of different parameter sets");
        }
        this.unmasker = new Unmasker(elements, secretSum);
        this.layout = layout;
        this.encoding = encoding;
        this.cohortSize = cohortSize;
        this.block = new int[layout.set().n()];
    }

    /**
     * Opens the meta section, and shows by its canary blocks whether the secret sum is the cohort's.
     *
     * @param folded the sum of the cohort's masked meta sections, {@link MetaLayout#words} words, left as they are
     * @param minWeight policy's least weight
     * @throws RejectedException COHORT_BROKEN if the canary blocks do not hold, or as {@link MetaDecoder#decode}
     */
    public MetaSums meta(int[] folded, List<MetricRange> ranges, double minWeight) {
        if (folded.length != MetaLayout.words(layout.set())) {
            throw new IllegalArgumentException(
                    "a meta section has " + MetaLayout.words(layout.set()) + " words, not " + folded.length);
        }
        int n = block.length;
        int[] canaries = new int[CanaryBlocks.COUNT * n];
        for (int i = 0; i < CanaryBlocks.COUNT; i++) {
            unmasker.unmask(layout.metaBlock() + 1 + i, folded, (1 + i) * n, canaries, i * n);
        }
        if (!CanaryBlocks.hold(layout.set(), canaries, 0, cohortSize)) {
            throw new RejectedException(Reason.COHORT_BROKEN, "the canary blocks are not zero");
        }
        unmasker.unmask(layout.metaBlock(), folded, 0, block, 0);
        return MetaDecoder.decode(encoding, ranges, block, cohortSize, minWeight);
    }

    /**
     * Opens a shard to the cohort's mean. A sum beyond what the cohort can sum to proves a broken contribution somewhere in it. It is cut
     * back to the bound and counted: a cohort with one makes no version, and what is computed from it stays within the clip until then.
     *
     * @param folded the sum of the cohort's masked words of this shard, left as they are
     * @param sumOfWeights from the meta block
     * @param mean receives the mean of each parameter of the shard, without padding
     * @return how many sums were cut back
     */
    public int mean(int shard, int[] folded, double sumOfWeights, float[] mean) {
        if (folded.length != layout.wordsIn(shard) || mean.length != layout.parametersIn(shard)) {
            throw new IllegalArgumentException("shard " + shard + " has " + layout.wordsIn(shard) + " words and "
                    + layout.parametersIn(shard) + " parameters, not " + folded.length + " and " + mean.length);
        }
        int bound = encoding.sumBound(cohortSize);
        int outOfBounds = 0;
        for (int b = 0; b < layout.blocksIn(shard); b++) {
            int from = b * block.length;
            unmasker.unmask(layout.firstBlock(shard) + (long) b, folded, from, block, 0);
            int values = Math.min(block.length, mean.length - from);
            outOfBounds += cutBack(values, bound);
            MeanDecoder.decode(encoding, block, 0, values, cohortSize, sumOfWeights, mean, from);
        }
        return outOfBounds;
    }

    private int cutBack(int count, int bound) {
        int cut = 0;
        for (int i = 0; i < count; i++) {
            if (block[i] > bound || block[i] < -bound) {
                block[i] = block[i] > 0 ? bound : -bound;
                cut++;
            }
        }
        return cut;
    }

    /** Wipes the secret sum's transform. */
    @Override
    public void close() {
        unmasker.close();
    }
}
