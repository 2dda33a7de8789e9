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

/**
 * The faults of a soak: one by one in {@code faults.csv} as they come, and a row for each kind in the end. Rates of a kind are over all its
 * faults together. Not thread-safe.
 */
final class FaultTable {
    private static final String ROW = "%-34s %5s %10s %10s %9s %9s %9s %14s %14s";

    private final Path file;
    private final int silos;
    private final Map<FaultKind, List<Observed>> byKind = new EnumMap<>(FaultKind.class);

    /**
     * @param file written anew
     * @param silos how many silos train
     */
    FaultTable(Path file, int silos) throws IOException {
        this.file = file;
        this.silos = silos;
        Files.writeString(
                file,
                "kind,seconds,recovery_seconds,updates_per_minute_before,updates_per_minute_during,"
                        + "updates_per_minute_after,silo,its_before,its_during,another_before,another_during,what\n");
    }

    void add(Observed seen) throws IOException {
        byKind.computeIfAbsent(seen.kind(), kind -> new ArrayList<>()).add(seen);
        List<Observed> alone = List.of(seen);
        boolean one = seen.silo().isPresent();
        String line = String.join(
                ",",
                seen.kind().code(),
                format(seconds(seen.during().length())),
                format(seconds(seen.recovery())),
                Rate.ofAll(alone, Observed::before),
                Rate.ofAll(alone, Observed::during),
                Rate.ofAll(alone, Observed::after),
                seen.silo().orElse(""),
                one ? Rate.ofHit(alone, Observed::before) : "",
                one ? Rate.ofHit(alone, Observed::during) : "",
                one ? Rate.ofAnother(alone, Observed::before, silos) : "",
                one ? Rate.ofAnother(alone, Observed::during, silos) : "",
                '"' + seen.what() + "\"\n");
        Files.writeString(file, line, StandardOpenOption.APPEND);
    }

    /** Faults so far. */
    long count() {
        return byKind.values().stream().mapToLong(List::size).sum();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(ROW, "", "", "recovery s", "", "updates a", "minute", "", "silo hit,", "each other,"));
        lines.add(String.format(
                ROW,
                "fault",
                "times",
                "median",
                "longest",
                "before",
                "during",
                "after",
                "before/during",
                "before/during"));
        byKind.forEach((kind, faults) -> lines.add(row(kind, faults).stripTrailing()));
        return lines;
    }

    private String row(FaultKind kind, List<Observed> faults) {
        double[] recovery = faults.stream()
                .mapToDouble(seen -> seconds(seen.recovery()))
                .sorted()
                .toArray();
        String hit = "";
        String another = "";
        if (kind.hitsOneSilo()) {
            hit = Rate.ofHit(faults, Observed::before) + "/" + Rate.ofHit(faults, Observed::during);
            another = Rate.ofAnother(faults, Observed::before, silos) + "/"
                    + Rate.ofAnother(faults, Observed::during, silos);
        }
        return String.format(
                ROW,
                kind.words(),
                faults.size(),
                format(recovery[(recovery.length - 1) / 2]),
                format(recovery[recovery.length - 1]),
                Rate.ofAll(faults, Observed::before),
                Rate.ofAll(faults, Observed::during),
                Rate.ofAll(faults, Observed::after),
                hit,
                another);
    }

    private static String format(double seconds) {
        return String.format(Locale.ROOT, "%.1f", seconds);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
