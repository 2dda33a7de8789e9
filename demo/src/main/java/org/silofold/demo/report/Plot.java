package org.silofold.demo.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The frame of a plot against versions: margins, version ticks, horizontal grid.
 *
 * <pre>
 *   left |  plot area  | right        width 1000 in all
 * </pre>
 */
final class Plot {
    static final double WIDTH = 1000;
    static final double LEFT = 74;
    static final double TOP = 12;
    static final double BOTTOM = 46;

    final Svg svg;
    final double right;
    final double bottom;
    private final int first;
    private final int last;
    private double low = 0;
    private double high = 1;

    /** A plot of versions {@code first} to {@code last}, {@code marginRight} wide at the right, {@code height} high in all. */
    Plot(int first, int last, double marginRight, double height, String description) {
        this.svg = new Svg(WIDTH, height, description);
        this.right = WIDTH - marginRight;
        this.bottom = height - BOTTOM;
        this.first = first;
        this.last = last;
    }

    /** Width of one version's slot. */
    double slot() {
        return (right - LEFT) / (last - first + 1);
    }

    /** The middle of a version's slot. */
    double x(int version) {
        return LEFT + slot() * (version - first + 0.5);
    }

    double y(double value) {
        return bottom - (value - low) / (high - low) * (bottom - TOP);
    }

    /** Version ticks under the plot, as many as fit. */
    void versionAxis() {
        int step = 1;
        int[] nice = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
        for (int i = 0; i < nice.length && slot() * step < 26; i++) {
            step = nice[i];
        }
        svg.line(LEFT, bottom, right, bottom, "axis");
        for (int version = first; version <= last; version++) {
            if (version % step == 0 || first == last) {
                svg.text(x(version), bottom + 17, "middle", "tick", Integer.toString(version));
            }
        }
        svg.text((LEFT + right) / 2, bottom + 38, "middle", "title", "version");
    }

    /** A linear axis over at least {@code from} to {@code to} with round steps of at least {@code smallest}. */
    void valueAxis(double from, double to, double smallest, String title) {
        double step = Math.max(smallest, niceStep((to - from) / 7));
        low = Math.floor(from / step + 1e-9) * step;
        high = Math.ceil(to / step - 1e-9) * step;
        int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
        for (int i = 0; low + i * step <= high + step / 2; i++) {
            double value = low + i * step;
            grid(value, Svg.format("%." + decimals + "f", value), "tick");
        }
        title(title);
    }

    /** An axis of powers of two, from 2^{@code from} to 2^{@code to}; values are exponents. */
    void powerAxis(int from, int to, String title) {
        low = from;
        high = to;
        int step = Math.max(1, (to - from + 5) / 6);
        for (int exponent = to; exponent >= from; exponent -= step) {
            grid(exponent, Numbers.twoTo(exponent), "tick power");
        }
        title(title);
    }

    private void grid(double value, String label, String classes) {
        svg.line(LEFT, y(value), right, y(value), "grid");
        svg.text(LEFT - 9, y(value) + 4, "end", classes, label);
    }

    private void title(String title) {
        svg.upright(18, (TOP + bottom) / 2, "title", title);
    }

    /**
     * Moves label positions apart until they are {@code gap} from each other, in their order, each group about its own middle,
     * inside the plot.
     */
    double[] spread(List<Double> wanted, double gap) {
        double[] places = wanted.stream().mapToDouble(Double::doubleValue).toArray();
        Integer[] order = new Integer[places.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(wanted::get));
        int start = 0;
        double[] middle = new double[places.length];
        int[] size = new int[places.length];
        for (int label : order) {
            middle[start] = places[label];
            size[start++] = 1;
            while (start > 1 && overlap(middle, size, start, gap)) {
                int both = size[start - 2] + size[start - 1];
                middle[start - 2] = (middle[start - 2] * size[start - 2] + middle[start - 1] * size[start - 1]) / both;
                size[start - 2] = both;
                start--;
            }
        }
        int next = 0;
        for (int group = 0; group < start; group++) {
            double half = (size[group] - 1) * gap / 2;
            double centre = Math.max(TOP + half, Math.min(bottom - half, middle[group]));
            for (int i = 0; i < size[group]; i++) {
                places[order[next++]] = centre - half + i * gap;
            }
        }
        return places;
    }

    private static boolean overlap(double[] middle, int[] size, int groups, double gap) {
        double needed = (size[groups - 2] + size[groups - 1]) * gap / 2;
        return middle[groups - 1] - middle[groups - 2] < needed;
    }

    /** The smallest of 1, 2, 5, 10, 20 and so on, also below 1, that is no smaller. */
    static double niceStep(double rough) {
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        for (double factor : new double[] {1, 2, 5}) {
            if (rough <= factor * power * 1.0001) {
                return factor * power;
            }
        }
        return 10 * power;
    }
}
