package org.silofold.demo.report;

import java.util.List;
import java.util.Locale;

/** Writes SVG elements; units are CSS pixels of the view box, y downwards. Text is escaped, classes are our own. */
final class Svg {
    private final StringBuilder out = new StringBuilder();

    Svg(double width, double height, String description) {
        out.append(format("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", width, height))
                .append(escape(description))
                .append("\">\n");
    }

    /** A whole file: on white, with a style sheet of its own. */
    static Svg file(double width, double height, String description, String css) {
        Svg svg = new Svg(width, height, description);
        svg.out.insert("<svg ".length(), "xmlns=\"http://www.w3.org/2000/svg\" font-family=\"sans-serif\" ");
        svg.out.append("<style>").append(css).append("</style>\n");
        svg.out.append(format("<rect width=\"%.0f\" height=\"%.0f\" fill=\"#fff\"/>\n", width, height));
        return svg;
    }

    Svg line(double x1, double y1, double x2, double y2, String classes) {
        out.append(format(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n", x1, y1, x2, y2, classes));
        return this;
    }

    Svg text(double x, double y, String anchor, String classes, String text) {
        out.append(format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">", x, y, anchor, classes))
                .append(escape(text))
                .append("</text>\n");
        return this;
    }

    /** Text turned a quarter to the left around its point. */
    Svg upright(double x, double y, String classes, String text) {
        out.append(format(
                        "<text x=\"%1$.1f\" y=\"%2$.1f\" text-anchor=\"middle\" transform=\"rotate(-90 %1$.1f %2$.1f)\" class=\"%3$s\">",
                        x, y, classes))
                .append(escape(text))
                .append("</text>\n");
        return this;
    }

    /** A filled rectangle with a tooltip. */
    Svg rectangle(double x, double y, double width, double height, String paint, String tooltip) {
        out.append(format(
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\" %s><title>",
                        x, y, Math.max(width, 0), Math.max(height, 0), paint))
                .append(escape(tooltip))
                .append("</title></rect>\n");
        return this;
    }

    /** A filled circle with a tooltip. */
    Svg circle(double x, double y, double radius, String paint, String tooltip) {
        out.append(format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" %s><title>", x, y, radius, paint))
                .append(escape(tooltip))
                .append("</title></circle>\n");
        return this;
    }

    /** A polyline through points {x, y}. */
    Svg curve(List<double[]> points, String attributes) {
        out.append("<polyline points=\"");
        points.forEach(point -> out.append(format("%.1f,%.1f ", point[0], point[1])));
        out.append("\" ").append(attributes).append("/>\n");
        return this;
    }

    /** The whole element. */
    String end() {
        return out + "</svg>\n";
    }

    /** Text as HTML or SVG content or attribute value. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
