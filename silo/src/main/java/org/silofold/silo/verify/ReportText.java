package org.silofold.silo.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A report as lines for a person: findings, then what was counted, then the verdict. */
public final class ReportText {
    private static final String ROW = "%-20s %8s %6s %10s %8s %11s %6s %5s %5s %6s";

    private ReportText() {}

    /** The lines. */
    public static List<String> lines(Report report) {
        List<String> lines = new ArrayList<>();
        report.findings().forEach(finding -> lines.add(finding.line()));
        if (report.openedBy().isEmpty()) {
            lines.add("left out: no version was made again from its updates; that needs --key");
        }
        lines.add(String.format(
                ROW,
                "model",
                "versions",
                "void",
                "made again",
                "accepted",
                "in versions",
                "ended",
                "open",
                "lost",
                "twice"));
        for (ModelSummary model : report.models()) {
            UpdateLedger.Totals updates = model.updates();
            lines.add(String.format(
                    ROW,
                    model.model(),
                    model.versions(),
                    model.voids(),
                    report.openedBy().isPresent() ? model.recomputed() : "-",
                    updates.offered(),
                    updates.inVersions(),
                    sum(updates.ended()),
                    sum(updates.open()),
                    updates.lost(),
                    updates.twice()));
            counts(lines, model.model() + ": ended", updates.ended());
            counts(lines, model.model() + ": open", updates.open());
            if (model.contradicted() > 0) {
                lines.add(
                        model.model() + ": " + model.contradicted()
                                + " updates of versions had been refused or not answered before the job was started again from older state");
            }
            if (model.repeats() > 0) {
                lines.add(model.model() + ": " + model.repeats() + " manifests are in the log again, the same bytes");
            }
        }
        counts(lines, "rejections", report.rejections());
        counts(lines, "records that do not verify", report.unverified());
        lines.add(verdict(report));
        return lines;
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static void counts(List<String> lines, String what, Map<String, Long> counts) {
        if (!counts.isEmpty()) {
            lines.add(what + ": "
                    + counts.entrySet().stream()
                            .map(entry -> entry.getKey() + " " + entry.getValue())
                            .collect(Collectors.joining(", ")));
        }
    }

    private static String verdict(Report report) {
        long wrong = report.findings().stream()
                .filter(finding -> finding.verdict() == Finding.Verdict.WRONG)
                .count();
        long unchecked = report.findings().size() - wrong;
        if (wrong > 0) {
            return "the log is WRONG: " + wrong + " findings, and " + unchecked + " things could not be checked";
        }
        return unchecked > 0
                ? "nothing is wrong as far as it was checked; " + unchecked + " things could not be"
                : "the log is right";
    }
}
