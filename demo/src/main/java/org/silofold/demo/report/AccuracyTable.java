package org.silofold.demo.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.silofold.demo.report.Method.Kind;

/**
 * The final table as text cells: a row a hospital and one for the mean, a column a method. {@code alone} is each hospital's
 * own model on its own test records.
 *
 * @param header column titles, the first is the hospital's
 * @param rows cells, as many as the header
 */
record AccuracyTable(List<String> header, List<List<String>> rows) {

    private record Column(String title, Map<String, Double> accuracy) {}

    /** The table of a run with accuracies. */
    static AccuracyTable of(RunSummary run) {
        List<String> hospitals = List.copyOf(run.accuracy().keySet());
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("federated", run.accuracy()));
        add(columns, "", run.baselines(), run.settings().optimizer(), hospitals);
        add(columns, "published ", run.published(), run.settings().optimizer(), hospitals);

        List<String> header = new ArrayList<>(List.of("hospital"));
        columns.forEach(column -> header.add(column.title()));
        List<List<String>> rows = new ArrayList<>();
        for (String hospital : hospitals) {
            List<String> row = new ArrayList<>(List.of(hospital));
            columns.forEach(column -> row.add(cell(column.accuracy().get(hospital))));
            rows.add(List.copyOf(row));
        }
        List<String> mean = new ArrayList<>(List.of("mean"));
        for (Column column : columns) {
            mean.add(cell(hospitals.stream()
                    .mapToDouble(hospital -> column.accuracy().getOrDefault(hospital, Double.NaN))
                    .average()
                    .orElse(Double.NaN)));
        }
        rows.add(List.copyOf(mean));
        return new AccuracyTable(List.copyOf(header), List.copyOf(rows));
    }

    private static void add(
            List<Column> columns, String prefix, List<Method> methods, String optimizer, List<String> hospitals) {
        for (Method method : methods) {
            if (method.kind() == Kind.FEDERATED && method.name().equalsIgnoreCase(optimizer)) {
                columns.add(new Column(prefix + method.name(), method.accuracy()));
            }
        }
        Map<String, Double> alone = new HashMap<>();
        for (Method method : methods) {
            if (method.kind() == Kind.ALONE) {
                alone.put(method.hospital(), method.accuracy().get(method.hospital()));
            }
        }
        if (alone.keySet().containsAll(hospitals)) {
            columns.add(new Column(prefix + "alone", alone));
        }
        for (Method method : methods) {
            if (method.kind() == Kind.POOLED) {
                columns.add(new Column(prefix + "pooled", method.accuracy()));
            }
        }
    }

    static String cell(Double value) {
        return value == null || value.isNaN() ? "-" : String.format(Locale.ROOT, "%.3f", value);
    }
}
