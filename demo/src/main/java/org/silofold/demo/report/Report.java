package org.silofold.demo.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.silofold.demo.report.RunSummary.Updates;

/** A run as one HTML page: no script, nothing loaded from elsewhere, light and dark by the reader's preference. */
public final class Report {
    private final RunSummary run;
    private final List<String> hospitals;
    private final StringBuilder html = new StringBuilder();

    private Report(RunSummary run) {
        this.run = run;
        this.hospitals = hospitals(run);
    }

    /** Writes {@code report.html} of a run with at least one version. */
    public static void write(RunSummary run, Path file) throws IOException {
        Files.writeString(file, html(run));
    }

    /**
     * The page.
     *
     * @throws IllegalArgumentException when no version was published
     */
    public static String html(RunSummary run) {
        if (run.timeline().isEmpty()) {
            throw new IllegalArgumentException("a run without a version has no report");
        }
        return new Report(run).page();
    }

    private String page() {
        boolean learned = !run.accuracy().isEmpty();
        html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                .append("<title>Silofold run</title><style>\n" + css() + "</style></head><body><main>\n");
        html.append("<h1>" + hospitals.size() + " hospitals, one model, no shared data</h1>\n");
        paragraph(run.settings().optimizer() + ", buffers of " + run.settings().buffer() + " updates, seed "
                + run.settings().seed()
                + ". Every update was masked at its hospital; only sums over a cohort of at least "
                + run.settings().minCohort() + " were ever opened.");
        tiles();
        Plots plots = new Plots(run, hospitals);
        if (learned) {
            section(
                    "Accuracy at each hospital",
                    "Share of right answers on each hospital's own held-out records at threshold 0.5. \"alone\" is the"
                            + " hospital's own model on its own records; where most patients are ill (switzerland, va) a"
                            + " model that always says so scores high there and fails elsewhere, as the last table shows.",
                    finalTable());
            section(
                    "Accuracy by version",
                    "Version 0 is the untrained model. The dashed levels are means over the hospitals.",
                    plots.accuracy());
        }
        section(
                "Cohorts",
                "Whose updates each version holds. The number is the update's staleness: how many versions were published"
                        + " while the hospital trained.",
                plots.cohorts());
        section("Staleness", "Slow hospitals send stale updates; they count with a discount.", plots.staleness());
        section(
                "Time by step",
                "The way of a typical update into each version: means over the cohort for the hospitals' steps.",
                plots.steps());
        section(
                "Masked against plain",
                "Largest difference between the mean opened from masked updates and the plain mean of the same cohort, over all"
                        + " parameters, in units of the clip.",
                plots.errors());
        if (learned) {
            section("Every method", "Accuracy on each hospital's held-out records.", methodsTable());
        }
        html.append("<h2>Run</h2><div class=\"columns\">" + settingsTable() + outcomeTable() + "</div>\n");
        html.append("<footer>"
                + Svg.escape(
                        learned
                                ? "Published figures: " + run.publishedSource() + ". Data: UCI Heart Disease"
                                        + " (Janosi, Steinbrunn, Pfisterer, Detrano 1988), DOI 10.24432/C52P4X, CC BY 4.0."
                                : "Synthetic" + " parameters: nothing was learned in this run.")
                + "</footer>\n");
        return html.append("</main></body></html>\n").toString();
    }

    private void tiles() {
        Updates updates = run.updates();
        html.append("<div class=\"tiles\">");
        tile("", Integer.toString(run.versions()), "versions in " + Svg.format("%.1f", run.seconds()) + " s");
        if (run.meanAccuracy() != null) {
            tile("", Svg.format("%.3f", run.meanAccuracy()), "mean accuracy, last version");
        }
        boolean exact = run.maxErrorOverClip() <= RunSummary.ERROR_BOUND;
        tile(
                exact ? "good" : "bad",
                Numbers.powerOfTwo(run.maxErrorOverClip()),
                "largest error / clip (bound " + Numbers.twoTo(-18) + ")");
        tile("", Numbers.significant(run.bytesPerParameter()), "bytes a masked parameter");
        double plain = (double) Float.BYTES * run.settings().parameters();
        tile("", Numbers.compact(run.bytesPerUpdate()), "bytes an update (" + Numbers.compact(plain) + " of float32)");
        tile("", updates.inVersions() + " of " + updates.submitted(), "updates in versions");
        boolean kept = updates.lost() == 0 && updates.twice() == 0;
        tile(kept ? "good" : "bad", updates.lost() + " / " + updates.twice(), "updates lost / counted twice");
        tile("", Numbers.compact(run.parametersPerSecond()), "parameters a second");
        long refused = run.rejectionsByReason().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        tile("", Long.toString(refused), "records refused");
        html.append("</div>\n");
    }

    private void tile(String classes, String value, String label) {
        html.append("<div class=\"tile " + classes + "\"><b>" + raised(value) + "</b><span>" + Svg.escape(label)
                + "</span></div>");
    }

    /** Escaped, with the exponent of a power of two raised. */
    private static String raised(String value) {
        return Svg.escape(value).replaceAll("\\^(-?[0-9.]+)", "<sup>$1</sup>");
    }

    private void section(String title, String text, String content) {
        html.append("<section><h2>" + title + "</h2>\n");
        paragraph(text);
        html.append("<figure>" + content + "</figure></section>\n");
    }

    private void paragraph(String text) {
        html.append("<p>" + Svg.escape(text) + "</p>\n");
    }

    private String finalTable() {
        AccuracyTable table = AccuracyTable.of(run);
        return HtmlTable.of(table.header(), table.rows(), true);
    }

    private String methodsTable() {
        List<String> header = new ArrayList<>(List.of("method"));
        header.addAll(hospitals);
        header.add("mean");
        List<List<String>> rows = new ArrayList<>();
        rows.add(methodRow("federated, this run", run.accuracy(), run.meanAccuracy()));
        for (Method method : run.baselines()) {
            rows.add(methodRow(method.name() + ", this run", method.accuracy(), method.mean()));
        }
        for (Method method : run.published()) {
            rows.add(methodRow(method.name() + ", published", method.accuracy(), method.mean()));
        }
        return HtmlTable.of(header, rows, false);
    }

    private List<String> methodRow(String name, Map<String, Double> accuracy, Double mean) {
        List<String> row = new ArrayList<>(List.of(name));
        hospitals.forEach(hospital -> row.add(AccuracyTable.cell(accuracy.get(hospital))));
        row.add(AccuracyTable.cell(mean));
        return row;
    }

    private String settingsTable() {
        RunSettings settings = run.settings();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("server optimiser", settings.optimizer()));
        rows.add(List.of("server learning rate", number(settings.serverLearningRate())));
        rows.add(List.of("hospitals' learning rate", number(settings.clientLearningRate())));
        rows.add(List.of("local steps, batch", settings.localSteps() + ", " + settings.batch()));
        rows.add(List.of("parameters", Long.toString(settings.parameters())));
        rows.add(List.of("clip", number(settings.clip())));
        rows.add(List.of("buffer, smallest cohort", settings.buffer() + ", " + settings.minCohort()));
        rows.add(List.of("staleness exponent", number(settings.alpha())));
        rows.add(List.of("examples for full weight", Integer.toString(settings.examplesCap())));
        rows.add(List.of("committee, threshold", settings.members() + ", " + settings.threshold()));
        rows.add(List.of("mask", settings.parameterSet()));
        rows.add(List.of("suite", settings.suite()));
        settings.paceSeconds()
                .forEach((hospital, seconds) ->
                        rows.add(List.of("training time, " + hospital, Numbers.significant(seconds) + " s")));
        return HtmlTable.of(List.of("setting", ""), rows, false);
    }

    private String outcomeTable() {
        Updates updates = run.updates();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("updates submitted", Long.toString(updates.submitted())));
        rows.add(List.of("accepted", Long.toString(updates.accepted())));
        rows.add(List.of("in versions", Long.toString(updates.inVersions())));
        rows.add(List.of("ended otherwise", Long.toString(updates.ended())));
        rows.add(List.of("lost", Long.toString(updates.lost())));
        rows.add(List.of("counted twice", Long.toString(updates.twice())));
        run.rejectionsByReason().forEach((reason, count) -> rows.add(List.of("refused, " + reason, count.toString())));
        return HtmlTable.of(List.of("outcome", ""), rows, false);
    }

    private static String number(double value) {
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    private static List<String> hospitals(RunSummary run) {
        if (!run.accuracy().isEmpty()) {
            return List.copyOf(run.accuracy().keySet());
        } else if (!run.settings().paceSeconds().isEmpty()) {
            return List.copyOf(run.settings().paceSeconds().keySet());
        }
        TreeSet<String> seen = new TreeSet<>();
        run.timeline().forEach(version -> version.cohort().forEach(member -> seen.add(member.hospital())));
        return List.copyOf(seen);
    }

    private static String css() {
        try (InputStream in = Report.class.getResourceAsStream("report.css")) {
            if (in == null) {
                throw new IOException("report.css is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
