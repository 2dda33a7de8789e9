package org.silofold.demo.report;

import java.util.ArrayList;
import java.util.List;

/** Tables of plain text: the first column left, the others right, two spaces between, a rule under the header. */
public final class TerminalTable {
    private TerminalTable() {}

    /**
     * Lays a table out.
     *
     * @param header titles
     * @param rows cells, as many a row as the header has
     * @return lines without line ends
     * @throws IllegalArgumentException when a row is of another length
     */
    public static List<String> lines(List<String> header, List<List<String>> rows) {
        int[] widths = header.stream().mapToInt(String::length).toArray();
        for (List<String> row : rows) {
            if (row.size() != header.size()) {
                throw new IllegalArgumentException("a row has " + row.size() + " cells, not " + header.size());
            }
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(line(header, widths));
        lines.add("-".repeat(lines.get(0).length()));
        rows.forEach(row -> lines.add(line(row, widths)));
        return List.copyOf(lines);
    }

    /** The accuracy table of a run; empty for synthetic parameters. */
    public static List<String> accuracy(RunSummary run) {
        if (run.accuracy().isEmpty()) {
            return List.of();
        }
        AccuracyTable table = AccuracyTable.of(run);
        return lines(table.header(), table.rows());
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String pad = " ".repeat(widths[i] - cells.get(i).length());
            line.append(i == 0 ? cells.get(i) + pad : "  " + pad + cells.get(i));
        }
        return line.toString();
    }
}
