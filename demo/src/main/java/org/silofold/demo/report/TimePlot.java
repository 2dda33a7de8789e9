package org.silofold.demo.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Something against time in minutes, many lines of few groups, as an SVG file. */
public final class TimePlot {
    private static final double WIDTH = 1000;
    private static final double HEIGHT = 460;
    private static final double LEFT = 70;
    private static final double RIGHT = 985;
    private static final double TOP = 46;
    private static final double BOTTOM = 415;
    private static final int TICKS = 8;
    private static final String CSS = "text{font-size:13px;fill:#333}.grid{stroke:#ddd}.axis{stroke:#333}"
            + ".curve{fill:none;stroke-width:1.2;stroke-linejoin:round}";
    private static final List<String> PAINTS =
            List.of("#0b6e99", "#c2571a", "#3f7d20", "#7a3e9d", "#8a8a00", "#333333");

    private TimePlot() {}

    /**
     * A line of the plot.
     *
     * @param group whose colour it has
     * @param points {minutes, value}, by time; at least one
     */
    public record Line(String group, List<double[]> points) {}

    /** Writes the file; lines of a group have a colour, which the legend says. */
    public static void write(Path file, String title, List<Line> lines) throws IOException {
        Files.writeString(file, svg(title, lines));
    }

    static String svg(String title, List<Line> lines) {
        double minutes = most(lines, 0);
        double high = most(lines, 1);
        Svg svg = Svg.file(WIDTH, HEIGHT, title, CSS);
        svg.text(LEFT, 18, "start", "title", title);
        double step = Plot.niceStep(high / TICKS);
        high = step * Math.ceil(high / step);
        for (double value = 0; value <= high + step / 2; value += step) {
            double y = y(value, high);
            svg.line(LEFT, y, RIGHT, y, "grid").text(LEFT - 8, y + 4, "end", "tick", Svg.format("%.0f", value));
        }
        double every = Plot.niceStep(minutes / TICKS);
        for (double minute = 0; minute <= minutes; minute += every) {
            svg.text(
                    x(minute, minutes), BOTTOM + 18, "middle", "tick", Svg.format(every < 1 ? "%.1f" : "%.0f", minute));
        }
        svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis");
        svg.text((LEFT + RIGHT) / 2, BOTTOM + 38, "middle", "title", "minutes");
        Map<String, String> paints = paints(lines);
        legend(svg, paints);
        for (Line line : lines) {
            double top = high;
            svg.curve(
                    line.points().stream()
                            .map(point -> new double[] {x(point[0], minutes), y(point[1], top)})
                            .toList(),
                    "class=\"curve\" stroke=\"" + paints.get(line.group()) + "\"");
        }
        return svg.end();
    }

    private static double most(List<Line> lines, int coordinate) {
        return lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(point -> point[coordinate])
                .max()
                .orElse(1);
    }

    private static Map<String, String> paints(List<Line> lines) {
        Map<String, String> paints = new TreeMap<>();
        for (Line line : lines) {
            if (!paints.containsKey(line.group())) {
                paints.put(line.group(), PAINTS.get(paints.size() % PAINTS.size()));
            }
        }
        return paints;
    }

    private static void legend(Svg svg, Map<String, String> paints) {
        double x = LEFT;
        for (Map.Entry<String, String> group : paints.entrySet()) {
            svg.curve(
                    List.of(new double[] {x, 32}, new double[] {x + 22, 32}),
                    "stroke-width=\"3\" stroke=\"" + group.getValue() + "\"");
            svg.text(x + 28, 36, "start", "tick", group.getKey());
            x += 50 + 8.0 * group.getKey().length();
        }
    }

    private static double x(double minute, double minutes) {
        return LEFT + (RIGHT - LEFT) * minute / Math.max(minutes, 1e-9);
    }

    private static double y(double value, double high) {
        return BOTTOM - (BOTTOM - TOP) * value / Math.max(high, 1e-9);
    }
}
