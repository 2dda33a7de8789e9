package org.silofold.simulation;

import org.silofold.job.coordinate.MaskMath;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;

/** The protocol's own ring, N = 2048, with its meta section and canary blocks. */
final class RealRing implements SimulatedRing {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;

    private final int scale = new Encoding(SET, Registry.CLIP, Registry.MAX_COHORT).scale();

    @Override
    public ParameterSet set() {
        return SET;
    }

    @Override
    public MaskMath math() {
        return MaskMath.real();
    }

    @Override
    public int range() {
        return scale;
    }

    @Override
    public int[] meta(int hundredths) {
        int[] meta = new int[MetaLayout.words(SET)];
        for (int slot = 0; slot < MetaLayout.WEIGHT_SLOTS; slot++) {
            meta[slot] = Math.toIntExact(Math.round(hundredths / 100.0 * scale));
        }
        return meta;
    }

    @Override
    public int canary() {
        return MetaLayout.firstCanary(SET);
    }
}
