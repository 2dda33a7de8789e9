package org.silofold.demo.heart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.silofold.protocol.optimize.OptimizerKind;

/**
 * Prints what the plain simulation and the baselines reach over the benchmark's seeds 42 to 46, beside its published
 * figures. Once the demo is built:
 *
 * <pre>
 *   java -cp demo/target/classes:protocol/target/classes org.silofold.demo.heart.ReferenceTable
 * </pre>
 */
public final class ReferenceTable {
    /** The benchmark's seeds. */
    public static final List<Long> SEEDS =
            LongStream.rangeClosed(42, 46).boxed().toList();

    private ReferenceTable() {}

    /** Prints the table; takes no arguments. */
    public static void main(String[] args) {
        HeartDisease data = HeartDisease.load();
        System.out.println(table(data));
    }

    static String table(HeartDisease data) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%-42s %9s %9s %11s %6s %6s",
                "method (mean of seeds 42..46)",
                "cleveland",
                "hungarian",
                "switzerland",
                "va",
                "mean"));
        for (int buffer = 3; buffer <= 4; buffer++) {
            for (OptimizerKind kind : OptimizerKind.values()) {
                String name = kind + ", " + FederationSettings.VERSIONS + " versions, buffer " + buffer;
                lines.add(row(name, federated(data, kind, buffer, FederationSettings.VERSIONS)));
            }
        }
        lines.add(row("pooled, plain SGD", mean(data, seed -> Baselines.pooled(data, seed))));
        for (Hospital hospital : Hospital.values()) {
            lines.add(row("only " + hospital.id(), mean(data, seed -> Baselines.alone(data, hospital, seed))));
        }
        Published.all().forEach(published -> lines.add(row("published " + published.method(), published.accuracy())));
        return String.join(System.lineSeparator(), lines);
    }

    /** Mean accuracy by hospital over {@link #SEEDS} of the simulated default run with one optimiser. */
    public static Map<Hospital, Double> federated(HeartDisease data, OptimizerKind kind, int buffer, int versions) {
        return mean(data, seed -> {
            FederationSettings settings =
                    FederationSettings.defaults(kind, seed).withBuffer(buffer).withVersions(versions);
            return FederatedReference.run(data, settings, Aggregation.plain())
                    .get(versions)
                    .parameters();
        });
    }

    /** Trains for one seed and returns the parameters. */
    @FunctionalInterface
    interface Trainer {
        float[] parameters(long seed);
    }

    static Map<Hospital, Double> mean(HeartDisease data, Trainer trainer) {
        Map<Hospital, Double> sums = new EnumMap<>(Hospital.class);
        for (long seed : SEEDS) {
            Baselines.test(data, trainer.parameters(seed))
                    .forEach((hospital, result) -> sums.merge(hospital, result.accuracy() / SEEDS.size(), Double::sum));
        }
        return sums;
    }

    private static String row(String name, Map<Hospital, Double> accuracy) {
        double[] values =
                Arrays.stream(Hospital.values()).mapToDouble(accuracy::get).toArray();
        return String.format(
                Locale.ROOT,
                "%-42s %9.3f %9.3f %11.3f %6.3f %6.3f",
                name,
                values[0],
                values[1],
                values[2],
                values[3],
                Arrays.stream(values).average().orElseThrow());
    }
}
