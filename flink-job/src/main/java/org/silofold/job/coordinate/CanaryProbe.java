package org.silofold.job.coordinate;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.silofold.job.event.Terms;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.mask.Unmasker;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.share.ErrorLocator;

/**
 * What the meta block's canaries say of the secret sum when no more than t responses are right: the mask at a canary's slot is a linear
 * function of the sum, and with the right one it is the masked sum there up to the cohort's error.
 */
final class CanaryProbe {
    /** A wrong sum passes each with a probability of at most 2^-17. */
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
        System.arraycopy(sum, MetaLayout.firstCanary(set), targets, 0, PROBES);
        int tolerance = new Encoding(set, terms.clip(), terms.maxCohort()).noiseBound(metaBlocks.size());
        return locator.findByProbe(masks, targets, tolerance, opens);
    }

    /** The masks that a secret gives the first canaries: what unmasking takes off zero. */
    private int[] masks(int[] secret) {
        Context context = terms.context();
        PublicElements elements = PublicElements.of(set, context.federation(), context.model(), context.rosterEpoch());
        int[] opened = new int[set.n()];
        try (Unmasker unmasker = new Unmasker(elements, secret)) {
            unmasker.unmask(new ShardLayout(set, terms.parameterCount()).metaBlock(), opened, 0, opened, 0);
        }
        int[] masks = new int[PROBES];
        for (int i = 0; i < PROBES; i++) {
            masks[i] = ring.lower(-opened[MetaLayout.firstCanary(set) + i]);
        }
        return masks;
    }
}
