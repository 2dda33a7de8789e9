package org.silofold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.Locale;
import java.util.TreeMap;

/** Counts what happened in many runs, so that a test can see that what it is about did happen. */
final class Tally {
    private static final int FEW = 100;

    private final TreeMap<String, Long> counts = new TreeMap<>();
    private final long start = processor();

    private static long processor() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static String name(Happening what) {
        return what.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Counts a run and all that happened in it. */
    void run(World world) {
        count("runs", 1);
        for (Happening what : Happening.values()) {
            count(name(what), world.happened(what));
        }
    }

    void count(String what, long times) {
        counts.merge(what, times, Long::sum);
    }

    long of(String what) {
        return counts.getOrDefault(what, 0L);
    }

    /** That this happened often enough; one seed alone proves nothing about that. */
    void requirePerRun(String what, double least) {
        if (of("runs") > 10) {
            assertThat(of(what)).as(what).isGreaterThan(Math.round(least * of("runs")));
        }
    }

    /** That each of these happened, if there were runs enough for that. */
    void requireEach(Collection<Happening> kinds) {
        if (of("runs") >= FEW) {
            assertThat(kinds)
                    .allSatisfy(
                            what -> assertThat(of(name(what))).as(name(what)).isPositive());
        }
    }

    /** The counts, with the processor time taken since this began. */
    void print() {
        System.out.println(counts + ", " + (processor() - start) / 1_000_000 + " ms of one processor");
    }
}
