package org.silofold.simulation;

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

    /** The counts, with the processor time taken since this began. */
    void print() {
        System.out.println(counts + ", " + (processor() - start) / 1_000_000 + " ms of one processor");
    }
}
