package org.silofold.demo.soak;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a process's memory grows: its medians in the thirds of the time in which it was looked at. What grows grows in the last third, too; what
 * warms up does not.
 *
 * @param part whose process
 * @param first in the first third, kibibytes
 * @param middle in the middle third, kibibytes
 * @param last in the last third, kibibytes
 */
record MemoryTrend(String part, long first, long middle, long last) {
    private static final String ROW = "%-16s %8s %8s %8s %8s %8s %8s";
    private static final double KIBIBYTES_A_MEBIBYTE = 1024;

    /**
     * Of every process that lived for two thirds of the run at least.
     *
     * @param samples by time
     */
    static Map<Long, MemoryTrend> of(List<MemoryLog.Sample> samples) {
        Map<Long, List<MemoryLog.Sample>> byProcess = new LinkedHashMap<>();
        samples.forEach(sample -> byProcess
                .computeIfAbsent(sample.pid(), pid -> new ArrayList<>())
                .add(sample));
        long run = lasts(samples);
        Map<Long, MemoryTrend> trends = new LinkedHashMap<>();
        byProcess.forEach((pid, own) -> {
            if (own.size() >= 3 && lasts(own) * 3 >= run * 2) {
                int third = own.size() / 3;
                int last = own.size() - third;
                trends.put(
                        pid,
                        new MemoryTrend(
                                own.get(0).part(),
                                median(own.subList(0, third)),
                                median(own.subList(third, last)),
                                median(own.subList(last, own.size()))));
            }
        });
        return trends;
    }

    private static long lasts(List<MemoryLog.Sample> samples) {
        return samples.isEmpty()
                ? 0
                : samples.get(samples.size() - 1).millis() - samples.get(0).millis();
    }

    private static long median(Collection<MemoryLog.Sample> samples) {
        long[] sorted =
                samples.stream().mapToLong(MemoryLog.Sample::kibibytes).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** A table of them. */
    static List<String> lines(List<MemoryLog.Sample> resident, List<MemoryLog.Sample> live) {
        Map<Long, MemoryTrend> heaps = of(live);
        List<String> lines = new ArrayList<>();
        lines.add(String.format(ROW, "medians of", "resident", "MiB,", "thirds", "in heap", "MiB,", "thirds"));
        lines.add(String.format(ROW, "process", "first", "middle", "last", "first", "middle", "last"));
        of(resident).forEach((pid, trend) -> {
            Optional<MemoryTrend> heap = Optional.ofNullable(heaps.get(pid));
            lines.add(String.format(
                    ROW,
                    trend.part(),
                    mebibytes(trend.first()),
                    mebibytes(trend.middle()),
                    mebibytes(trend.last()),
                    heap.map(h -> mebibytes(h.first())).orElse("-"),
                    heap.map(h -> mebibytes(h.middle())).orElse("-"),
                    heap.map(h -> mebibytes(h.last())).orElse("-")));
        });
        return lines;
    }

    private static String mebibytes(long kibibytes) {
        return String.format(Locale.ROOT, "%.0f", kibibytes / KIBIBYTES_A_MEBIBYTE);
    }
}
