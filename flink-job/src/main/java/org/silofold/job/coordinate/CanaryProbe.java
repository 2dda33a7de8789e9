package org.silofold.job.coordinate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.silofold.job.event.Terms;
import org.silofold.protocol.encode.CanaryBlocks;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.mask.Unmasker;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.share.ErrorLocator;

/**
 * What the canary blocks say of the secret sum when no more than t responses are right: the mask at a canary's slot is a linear function of
 * the sum, and with the right one it is the masked sum there up to the cohort's error. Each probe is a slot of all canary blocks together:
 * one block alone could be made to pass with a wrong sum ({@link CanaryBlocks}).
 */
final class CanaryProbe {
    /** A wrong sum passes each with a probability of at most 2^-14, for cohorts of up to 1024. */
    private static final int PROBES = 4;

    private final Terms terms;
    private final ParameterSet set;
    private final Ring ring;
    private final List<int[]> metaBlocks;

    CanaryProbe(Terms terms, List<int[]> metaBlocks) {
        this.terms = terms;
        this.set = ParameterSet.byName(terms.parameterSet());
        this.ring = Ring.of(set);
        this.metaBlocks = metaBlocks;
    }

    Optional<ErrorLocator.Errors> locate(
            ErrorLocator locator, SortedMap<Integer, int[]> responses, Predicate<SortedSet<Integer>> opens) {
        SortedMap<Integer, int[]> masks = new TreeMap<>();
        responses.forEach((point, words) -> masks.put(point, masks(words)));
        int[] sum = RingMaskMath.sum(set, metaBlocks);
        int[] targets = new int[PROBES];
        for (int block = 1; block <= CanaryBlocks.COUNT; block++) {
            for (int i = 0; i < PROBES; i++) {
                targets[i] = ring.add(targets[i], sum[block * set.n() + i]);
            }
        }
        int tolerance =
                CanaryBlocks.COUNT * new Encoding(set, terms.clip(), terms.maxCohort()).noiseBound(metaBlocks.size());
        return locator.findByProbe(masks, targets, tolerance, opens);
    }

    /** The masks that a secret gives the first canaries, block on block: what unmasking takes off zero. */
    private int[] masks(int[] secret) {
        Context context = terms.context();
        PublicElements elements = PublicElements.of(set, context.federation(), context.model(), context.rosterEpoch());
        int first = new ShardLayout(set, terms.parameterCount()).metaBlock() + 1;
        int[] opened = new int[set.n()];
        int[] masks = new int[PROBES];
        try (Unmasker unmasker = new Unmasker(elements, secret)) {
            for (int block = 0; block < CanaryBlocks.COUNT; block++) {
                Arrays.fill(opened, 0);
                unmasker.unmask(first + block, opened, 0, opened, 0);
                for (int i = 0; i < PROBES; i++) {
                    masks[i] = ring.add(masks[i], ring.lower(-opened[i]));
                }
            }
        }
        return masks;
    }
}
