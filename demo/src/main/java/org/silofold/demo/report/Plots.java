package org.silofold.demo.report;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.silofold.demo.report.Method.Kind;
import org.silofold.demo.report.VersionSummary.Member;

/** The plots of a run, each an SVG element with its legend. */
final class Plots {
    private final RunSummary run;
    private final List<String> hospitals;
    private final int last;

    Plots(RunSummary run, List<String> hospitals) {
        this.run = run;
        this.hospitals = hospitals;
        this.last = run.timeline().get(run.timeline().size() - 1).version();
    }

    /** One line a hospital, their mean, and the mean of pooled training and of the published method as levels. */
    String accuracy() {
        SortedMap<Integer, Map<String, Double>> values = new TreeMap<>();
        if (!run.initialAccuracy().isEmpty()) {
            values.put(0, run.initialAccuracy());
        }
        run.timeline().forEach(version -> values.put(version.version(), version.accuracy()));
        List<Method> levels = levels();
        DoubleSummaryStatistics range = values.values().stream()
                .flatMap(accuracy -> accuracy.values().stream())
                .mapToDouble(Double::doubleValue)
                .summaryStatistics();
        levels.forEach(level -> range.accept(level.mean()));
        Plot plot = new Plot(values.firstKey(), last, 190, 400, "accuracy on held-out data by version");
        plot.valueAxis(
                Math.max(0, range.getMin() - 0.02), Math.min(1, range.getMax() + 0.02), 0, "accuracy, held-out data");
        plot.versionAxis();
        List<String> labels = new ArrayList<>();
        List<String> paints = new ArrayList<>();
        List<Double> heights = new ArrayList<>();
        for (Method level : levels) {
            double y = plot.y(level.mean());
            plot.svg.line(Plot.LEFT, y, plot.right, y, "mark");
            labels.add(level.name() + Svg.format(" %.3f", level.mean()));
            paints.add("level");
            heights.add(y);
        }
        for (int h = 0; h < hospitals.size(); h++) {
            String hospital = hospitals.get(h);
            curve(plot, values, accuracy -> accuracy.get(hospital), "class=\"curve\" stroke=\"var(--h" + h % 4 + ")\"");
            double end = values.get(last).get(hospital);
            labels.add(hospital + Svg.format(" %.3f", end));
            paints.add("h" + h % 4);
            heights.add(plot.y(end));
        }
        curve(plot, values, Plots::mean, "class=\"curve mean\"");
        double mean = mean(values.get(last));
        labels.add(Svg.format("mean %.3f", mean));
        paints.add("strong");
        heights.add(plot.y(mean));
        double[] places = plot.spread(heights, 17);
        for (int i = 0; i < places.length; i++) {
            plot.svg.line(plot.right, heights.get(i), plot.right + 14, places[i], "lead");
            plot.svg.text(plot.right + 18, places[i] + 4, "start", paints.get(i), labels.get(i));
        }
        return hospitalLegend(
                        false,
                        "<span><i style=\"border-color:var(--ink)\"></i>mean of the hospitals</span>"
                                + "<span><i class=\"dash\" style=\"border-color:var(--soft)\"></i>mean of another method</span>")
                + scroll(plot);
    }

    /** How many versions behind each update's base was when it was sent. */
    String staleness() {
        int most = Math.max(
                2,
                run.timeline().stream()
                        .flatMap(version -> version.cohort().stream())
                        .mapToInt(Member::staleness)
                        .max()
                        .orElse(0));
        Plot plot = new Plot(1, last, 20, 250, "staleness of the updates in each version");
        plot.valueAxis(0, most, 1, "staleness, versions");
        plot.versionAxis();
        double spread = Math.min(plot.slot() * 0.8, 60) / hospitals.size();
        double radius = Math.max(2, Math.min(5.5, spread * 0.45));
        for (VersionSummary version : run.timeline()) {
            for (Member member : version.cohort()) {
                int h = hospitals.indexOf(member.hospital());
                double x = plot.x(version.version()) + (h - (hospitals.size() - 1) / 2.0) * spread;
                String tip =
                        member.hospital() + " in version " + version.version() + ": staleness " + member.staleness();
                plot.svg.circle(x, plot.y(member.staleness()), radius, fill("h" + h % 4), tip);
            }
        }
        return hospitalLegend(true, "") + scroll(plot);
    }

    /** Who was in which cohort; the number is the staleness. */
    String cohorts() {
        double row = 30;
        Plot plot = new Plot(1, last, 20, Plot.TOP + row * hospitals.size() + Plot.BOTTOM, "who was in which cohort");
        for (int h = 0; h < hospitals.size(); h++) {
            double top = Plot.TOP + row * h;
            plot.svg.text(Plot.LEFT - 6, top + row / 2 + 4, "end", "tick", hospitals.get(h));
            for (VersionSummary version : run.timeline()) {
                cell(plot, version, h, top, row);
            }
        }
        plot.versionAxis();
        return hospitalLegend(
                        true, "<span><i class=\"box\" style=\"background:var(--grid)\"></i>not in the cohort</span>")
                + scroll(plot);
    }

    private void cell(Plot plot, VersionSummary version, int h, double top, double height) {
        double gap = plot.slot() > 8 ? 3 : 0.5;
        double x = plot.x(version.version()) - plot.slot() / 2 + gap / 2;
        Member member = version.cohort().stream()
                .filter(each -> each.hospital().equals(hospitals.get(h)))
                .findFirst()
                .orElse(null);
        String tip = hospitals.get(h) + (member == null ? " not" : "") + " in version " + version.version()
                + (member == null ? "" : ", staleness " + member.staleness());
        String paint = member == null ? "class=\"absent\"" : fill("h" + h % 4);
        plot.svg.rectangle(x, top + 2, plot.slot() - gap, height - 4, paint, tip);
        if (member != null && plot.slot() >= 18) {
            String number = Integer.toString(member.staleness());
            plot.svg.text(plot.x(version.version()), top + height / 2 + 4, "middle", "cell", number);
        }
    }

    /** Seconds by step, stacked, for each version. */
    String steps() {
        double most = run.timeline().stream()
                .mapToDouble(version -> version.steps().total())
                .max()
                .orElse(1);
        Plot plot = new Plot(1, last, 20, 340, "wall time of each version by step");
        plot.valueAxis(0, Math.max(most, 1e-3), 0, "time, seconds");
        double width = Math.min(plot.slot() * 0.78, 46);
        for (VersionSummary version : run.timeline()) {
            double below = 0;
            for (int step = 0; step < StepSeconds.NAMES.size(); step++) {
                double seconds = version.steps().values().get(step);
                String tip = "version " + version.version() + ", " + StepSeconds.NAMES.get(step) + ": "
                        + Numbers.significant(seconds) + " s";
                double top = plot.y(below + seconds);
                double height = plot.y(below) - top;
                plot.svg.rectangle(plot.x(version.version()) - width / 2, top, width, height, fill("s" + step), tip);
                below += seconds;
            }
        }
        plot.versionAxis();
        StringBuilder legend = new StringBuilder("<div class=\"legend\">");
        for (int step = 0; step < StepSeconds.NAMES.size(); step++) {
            legend.append(box("s" + step, StepSeconds.NAMES.get(step)));
        }
        return legend.append("</div>") + scroll(plot);
    }

    /** Largest difference between opened and plain mean, against its bound; versions without any difference sit at the foot. */
    String errors() {
        int lowest = run.timeline().stream()
                .mapToDouble(VersionSummary::errorOverClip)
                .filter(error -> error > 0)
                .mapToInt(error -> (int) Math.floor(log2(error)))
                .min()
                .orElse(-24);
        int highest = (int) Math.ceil(log2(Math.max(run.maxErrorOverClip(), RunSummary.ERROR_BOUND)));
        Plot plot = new Plot(1, last, 20, 250, "largest error of the opened mean by version");
        plot.powerAxis(Math.min(lowest - 1, -24), highest + 1, "error / clip");
        plot.versionAxis();
        double bound = plot.y(log2(RunSummary.ERROR_BOUND));
        plot.svg.line(Plot.LEFT, bound, plot.right, bound, "bound");
        List<double[]> points = new ArrayList<>();
        for (VersionSummary version : run.timeline()) {
            double error = version.errorOverClip();
            double y = error > 0 ? plot.y(log2(error)) : plot.bottom;
            points.add(new double[] {plot.x(version.version()), y});
            String tip = "version " + version.version() + ": " + Numbers.powerOfTwo(error);
            plot.svg.circle(plot.x(version.version()), y, 4, "class=\"error\"", tip);
        }
        plot.svg.curve(points, "class=\"curve\" stroke=\"var(--h0)\"");
        return "<div class=\"legend\"><span><i style=\"border-color:var(--h0)\"></i>largest error of any parameter</span>"
                + "<span><i class=\"dash\" style=\"border-color:var(--bad)\"></i>bound, " + Numbers.twoTo(-18)
                + "</span></div>" + scroll(plot);
    }

    /** Mean accuracies to compare with: pooled training here, and what the benchmark published for this optimiser. */
    private List<Method> levels() {
        List<Method> levels = new ArrayList<>();
        run.baselines().stream().filter(method -> method.kind() == Kind.POOLED).forEach(levels::add);
        run.published().stream()
                .filter(method -> method.kind() == Kind.FEDERATED
                        && method.name().equalsIgnoreCase(run.settings().optimizer()))
                .map(method -> new Method("published " + method.name(), method.kind(), null, method.accuracy()))
                .forEach(levels::add);
        return levels;
    }

    private static void curve(
            Plot plot,
            SortedMap<Integer, Map<String, Double>> values,
            ToDoubleFunction<Map<String, Double>> value,
            String attributes) {
        List<double[]> points = new ArrayList<>();
        values.forEach((version, accuracy) ->
                points.add(new double[] {plot.x(version), plot.y(value.applyAsDouble(accuracy))}));
        plot.svg.curve(points, attributes);
    }

    private String hospitalLegend(boolean boxes, String more) {
        StringBuilder legend = new StringBuilder("<div class=\"legend\">");
        for (int h = 0; h < hospitals.size(); h++) {
            String name = Svg.escape(hospitals.get(h));
            legend.append(
                    boxes
                            ? box("h" + h % 4, name)
                            : "<span><i style=\"border-color:var(--h" + h % 4 + ")\"></i>" + name + "</span>");
        }
        return legend.append(more).append("</div>").toString();
    }

    private static String box(String variable, String name) {
        return "<span><i class=\"box\" style=\"background:var(--" + variable + ")\"></i>" + name + "</span>";
    }

    private static String fill(String variable) {
        return "style=\"fill:var(--" + variable + ")\"";
    }

    private static String scroll(Plot plot) {
        return "<div class=\"scroll\">" + plot.svg.end() + "</div>";
    }

    private static double mean(Map<String, Double> accuracy) {
        return accuracy.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
    }

    private static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }
}
