package org.silofold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.TreeMap;

/** Counts what happened in many runs, so that a test can see that what it is about did happen. */
final class Tally {
    private final TreeMap<String, Long> counts = new TreeMap<>();
    private final long start = processor();

    private static long processor() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
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

    /** The counts, with the processor time taken since this began. */
    void print() {
        System.out.println(counts + ", " + (processor() - start) / 1_000_000 + " ms of one processor");
    }
}
