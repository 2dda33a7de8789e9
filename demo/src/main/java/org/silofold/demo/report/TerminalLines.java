package org.silofold.demo.report;

import java.io.Console;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The lines a run prints while it goes. With a terminal they have colour and the progress bar redraws itself in place;
 * without one (a pipe, a log, {@code NO_COLOR}) they are plain ASCII and the bar is an ordinary line.
 */
public final class TerminalLines {
    private static final int BAR = 24;

    private final boolean ansi;

    /** Lines with or without ANSI control sequences. */
    public TerminalLines(boolean ansi) {
        this.ansi = ansi;
    }

    /** ANSI when standard output is a terminal that takes it and {@code NO_COLOR} is unset. */
    public static TerminalLines detect() {
        String term = System.getenv("TERM");
        boolean able = term != null && !term.equals("dumb") && System.getenv("NO_COLOR") == null;
        return new TerminalLines(able && terminal());
    }

    /** From JDK 22 on a console exists without a terminal too, and {@code isTerminal}, which 17 lacks, tells. */
    @SuppressWarnings("SystemConsoleNull") // null is what JDK 17 to 21 answer when redirected
    private static boolean terminal() {
        Console console = System.console();
        if (console == null || Runtime.version().feature() < 22) {
            return console != null;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return false; // plain lines are always right
        }
    }

    /** Whether lines carry ANSI control sequences. */
    public boolean ansi() {
        return ansi;
    }

    /** A phase that begins. */
    public String phase(String text) {
        return ansi ? "\033[1;36m>> " + text + "\033[0m" : ">> " + text;
    }

    /** A bad thing that happened. */
    public String problem(String text) {
        return ansi ? "\033[1;31m!! " + text + "\033[0m" : "!! " + text;
    }

    /**
     * A progress bar without a line end. With ANSI it starts by erasing the current line, so print it with
     * {@code print} after {@link #erase()} and the lines that go above it.
     *
     * @param done of {@code total}, 0 to {@code total}
     * @param total at least 1
     * @param note what is going on, short
     */
    public String progress(int done, int total, String note) {
        int filled = (int) ((long) BAR * Math.min(Math.max(done, 0), total) / total);
        String bar = ansi
                ? "\033[32m" + "\u2588".repeat(filled) + "\033[90m" + "\u2591".repeat(BAR - filled) + "\033[0m"
                : "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "]";
        return (ansi ? erase() : "") + String.format(Locale.ROOT, "%s %d/%d %s", bar, done, total, note);
    }

    /** Erases the current line on a terminal; nothing otherwise. */
    public String erase() {
        return ansi ? "\r\033[K" : "";
    }

    /** One line a version: cohort with staleness, accuracy at each hospital and their mean, rates. */
    public String version(VersionSummary version) {
        String cohort = version.cohort().stream()
                .map(member -> member.hospital() + (member.staleness() > 0 ? "(-" + member.staleness() + ")" : ""))
                .collect(Collectors.joining(" "));
        String accuracy = version.accuracy().entrySet().stream()
                .map(entry ->
                        entry.getKey().substring(0, Math.min(2, entry.getKey().length()))
                                + String.format(Locale.ROOT, " %.2f", entry.getValue()))
                .collect(Collectors.joining("  "));
        String mean = version.accuracy().isEmpty()
                ? ""
                : String.format(Locale.ROOT, "  mean %s", bold(String.format(Locale.ROOT, "%.3f", version.mean())));
        return String.format(
                Locale.ROOT,
                "v%-3d %6.1f s  %-40s  %s%s  %.1f updates/s  %s parameters/s",
                version.version(),
                version.secondsSinceStart(),
                cohort,
                accuracy,
                mean,
                version.updatesPerSecond(),
                Numbers.compact(version.parametersPerSecond()));
    }

    private String bold(String text) {
        return ansi ? "\033[1m" + text + "\033[0m" : text;
    }
}
