package org.silofold.demo.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * The faults of a soak: one by one in {@code faults.csv} as they come, and a row for each kind in the end. Rates of a kind are over all its
 * faults together. Not thread-safe.
 */
final class FaultTable {
    private static final String ROW = "%-34s %5s %10s %10s %9s %9s %9s";

    private final Path file;
    private final Map<FaultKind, List<Observed>> byKind = new EnumMap<>(FaultKind.class);

    FaultTable(Path file) throws IOException {
        this.file = file;
        Files.writeString(
                file,
                "kind,seconds,recovery_seconds,updates_per_minute_before,updates_per_minute_during,"
                        + "updates_per_minute_after,what\n");
    }

    void add(Observed seen) throws IOException {
        byKind.computeIfAbsent(seen.kind(), kind -> new ArrayList<>()).add(seen);
        String line = String.format(
                Locale.ROOT,
                "%s,%.1f,%.1f,%.0f,%.0f,%.0f,\"%s\"%n",
                seen.kind().code(),
                seconds(seen.during().length()),
                seconds(seen.recovery()),
                seen.before().perMinute(),
                seen.during().perMinute(),
                seen.after().perMinute(),
                seen.what());
        Files.writeString(file, line, StandardOpenOption.APPEND);
    }

    /** Faults so far. */
    long count() {
        return byKind.values().stream().mapToLong(List::size).sum();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(ROW, "", "", "recovery s", "", "updates a", "minute", ""));
        lines.add(String.format(ROW, "fault", "times", "median", "longest", "before", "during", "after"));
        byKind.forEach((kind, faults) -> lines.add(row(kind, faults)));
        return lines;
    }

    private static String row(FaultKind kind, List<Observed> faults) {
        double[] recovery = faults.stream()
                .mapToDouble(seen -> seconds(seen.recovery()))
                .sorted()
                .toArray();
        return String.format(
                ROW,
                kind.words(),
                faults.size(),
                String.format(Locale.ROOT, "%.1f", recovery[(recovery.length - 1) / 2]),
                String.format(Locale.ROOT, "%.1f", recovery[recovery.length - 1]),
                rate(faults, Observed::before),
                rate(faults, Observed::during),
                rate(faults, Observed::after));
    }

    private static String rate(List<Observed> faults, Function<Observed, Observed.Span> which) {
        Observed.Span all = faults.stream().map(which).reduce(Observed.Span.NONE, Observed.Span::plus);
        return String.format(Locale.ROOT, "%.0f", all.perMinute());
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
