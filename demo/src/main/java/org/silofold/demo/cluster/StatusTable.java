package org.silofold.demo.cluster;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** The table of {@code silofold cluster status}. */
final class StatusTable {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MM-dd HH:mm:ss");

    private StatusTable() {}

    /** A line for each part, a headline, and the newest version that any agent verified. */
    static List<String> lines(List<PartStatus> parts, ZoneId zone) {
        int width =
                parts.stream().mapToInt(of -> of.part().name().length()).max().orElse(4);
        String format = "%-" + width + "s  %8s  %-5s  %-14s  %s";
        List<String> lines = new ArrayList<>();
        lines.add(String.format(format, "part", "pid", "alive", "since", "health"));
        for (PartStatus part : parts) {
            lines.add(String.format(
                    format,
                    part.part().name(),
                    part.pid().isPresent() ? Long.toString(part.pid().getAsLong()) : "-",
                    part.alive() ? "yes" : "no",
                    part.since().map(since -> TIME.format(since.atZone(zone))).orElse("-"),
                    part.line()));
        }
        long newest = parts.stream().mapToLong(PartStatus::version).max().orElse(-1);
        lines.add(newest < 0 ? "no version yet" : "newest version " + newest);
        return lines;
    }
}
