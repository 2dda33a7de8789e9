package org.silofold.simulation;

import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/**
 * Thousands of federations with an honest aggregator. {@code -Dsimulation.seeds=100000} runs more, {@code -Dsimulation.seed=17} one
 * alone.
 */
class HonestAggregatorTest {
    /** Runs each seed of this run; a failure names its seed. */
    static void forEachSeed(int usual, LongConsumer run) {
        Long only = Long.getLong("simulation.seed");
        long from = only == null ? 0 : only;
        long to = only == null ? Integer.getInteger("simulation.seeds", usual) : only + 1;
        for (long seed = from; seed < to; seed++) {
            try {
                run.accept(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " (-Dsimulation.seed=" + seed + "): " + e.getMessage(), e);
            }
        }
    }

    @Test
    void everyUpdateEndsOnceAndEverySumOpensRight() {
        Tally tally = new Tally();
        forEachSeed(1500, seed -> {
            try (HonestWorld world = new HonestWorld(seed, new SmallRing())) {
                world.run();
                world.checkEnd();
                tally.run(world);
                tally.count("fates gone back on", world.contradictions());
                tally.count("updates that had to be free", world.checkedFreed());
                world.ends().forEach(end -> tally.count(end, 1));
            }
        });
        tally.print();
        tally.requirePerRun("version", 0.8);
        tally.requirePerRun("updates that had to be free", 0.1);
        tally.requireEach(List.of(Happening.values()));
    }
}
