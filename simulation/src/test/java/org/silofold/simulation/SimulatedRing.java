package org.silofold.simulation;

import java.util.List;
import org.silofold.job.coordinate.MaskMath;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.mask.Unmasker;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.params.ParameterSet;

/** The ring that a run masks and shares over: a small one that costs little, or the protocol's own. Models have one block of N parameters. */
interface SimulatedRing {
    /** Its parameters; on the wire it goes by the name of the real set. */
    ParameterSet set();

    /** What the coordinator computes with. */
    MaskMath math();

    /** Largest magnitude of an honest parameter, in units. */
    int range();

    /** The meta section of an update of this weight: some blocks of N messages each. */
    int[] meta(int hundredths);

    /** Where in the meta section a contribution that is not zero breaks the cohort. */
    int canary();

    /** The sum of vectors modulo q. */
    static int[] sum(ParameterSet set, List<int[]> vectors) {
        int[] sum = new int[vectors.get(0).length];
        for (int[] vector : vectors) {
            byte[] bytes = Words.toBytes(vector);
            ModularSum.add(set, sum, 0, bytes, 0, bytes.length);
        }
        return sum;
    }

    /** The sum of one block of a cohort's updates, unmasked: messages and errors. */
    static int[] open(ParameterSet set, Context context, int block, int[] secretSum, List<int[]> masked) {
        int[] sum = sum(set, masked);
        PublicElements elements = PublicElements.of(set, context.federation(), context.model(), context.rosterEpoch());
        try (Unmasker unmasker = new Unmasker(elements, secretSum)) {
            unmasker.unmask(block, sum, 0, sum, 0);
        }
        return sum;
    }
}
