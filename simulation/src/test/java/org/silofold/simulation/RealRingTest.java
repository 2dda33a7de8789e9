package org.silofold.simulation;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A few of the same federations over the protocol's own ring, so that the small one is not the only evidence. */
class RealRingTest {
    @Test
    void everyUpdateEndsOnceAndEverySumOpensRight() {
        Tally tally = new Tally();
        SimulatedRing ring = new RealRing();
        HonestAggregatorTest.forEachSeed(20, seed -> {
            try (HonestWorld world = new HonestWorld(seed, ring)) {
                world.run();
                world.checkEnd();
                tally.run(world);
            }
        });
        tally.print();
        tally.requirePerRun("version", 0.5);
        tally.requireEach(List.of(Happening.VERSION));
    }
}
