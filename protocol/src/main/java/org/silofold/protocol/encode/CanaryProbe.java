package org.silofold.protocol.encode;

import java.util.Arrays;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.mask.Unmasker;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;

/**
 * What the canary blocks say of the secret sum when no more than t responses are right, protocol page 3.5.1: the mask at a canary's slot is a
 * linear function of the sum, and with the right one it is the masked sum there up to the cohort's error. Each probe is a slot of all canary blocks
 * together: one block alone could be made to pass with a wrong sum ({@link CanaryBlocks}).
 *
 * @param elements the public elements of the cohort's federation, model and epoch
 * @param layout how the model lies in blocks
 * @param encoding of the policy under which the cohort was requested
 */
public record CanaryProbe(PublicElements elements, ShardLayout layout, Encoding encoding) {
    /** A wrong sum passes each with a probability of at most 2^-14, for cohorts of up to 1024. */
    private static final int PROBES = 4;

    /**
     * The masked sums at the probes: what {@link #masks} of the secret sum are, up to the tolerance.
     *
     * @param folded the sum of the cohort's masked meta sections, {@link MetaLayout#words} words
     */
    public int[] targets(int[] folded) {
        ParameterSet set = layout.set();
        Ring ring = Ring.of(set);
        int[] targets = new int[PROBES];
        for (int block = 1; block <= CanaryBlocks.COUNT; block++) {
            for (int i = 0; i < PROBES; i++) {
                targets[i] = ring.add(targets[i], folded[block * set.n() + i]);
            }
        }
        return targets;
    }

    /**
     * How far an honest cohort's masked sums are from the masks at most.
     *
     * @param cohortSize updates in the cohort
     */
    public int tolerance(int cohortSize) {
        return CanaryBlocks.COUNT * encoding.noiseBound(cohortSize);
    }

    /**
     * The masks that a secret, or a share of one, gives the probes: what unmasking takes off zero.
     *
     * @param secret N words below q
     */
    public int[] masks(int[] secret) {
        ParameterSet set = layout.set();
        Ring ring = Ring.of(set);
        int[] opened = new int[set.n()];
        int[] masks = new int[PROBES];
        try (Unmasker unmasker = new Unmasker(elements, secret)) {
            for (int block = 0; block < CanaryBlocks.COUNT; block++) {
                Arrays.fill(opened, 0);
                unmasker.unmask(layout.metaBlock() + 1 + block, opened, 0, opened, 0);
                for (int i = 0; i < PROBES; i++) {
                    masks[i] = ring.add(masks[i], ring.lower(-opened[i]));
                }
            }
        }
        return masks;
    }
}
