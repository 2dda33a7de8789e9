package org.silofold.demo.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.silofold.demo.heart.Baselines;
import org.silofold.demo.heart.Evaluation;
import org.silofold.demo.heart.HeartDisease;
import org.silofold.demo.heart.Hospital;
import org.silofold.demo.heart.Published;
import org.silofold.demo.report.Method.Kind;

/** The heart-disease baselines and published figures in the form of the summary. */
public final class HeartMethods {
    private HeartMethods() {}

    /** Trains each hospital alone and the pooled model; some tens of milliseconds. */
    public static List<Method> baselines(HeartDisease data, long seed) {
        List<Method> methods = new ArrayList<>();
        methods.add(new Method("pooled", Kind.POOLED, null, accuracy(data, Baselines.pooled(data, seed))));
        for (Hospital hospital : Hospital.values()) {
            Map<String, Double> accuracy = accuracy(data, Baselines.alone(data, hospital, seed));
            methods.add(new Method("only " + hospital.id(), Kind.ALONE, hospital.id(), accuracy));
        }
        return List.copyOf(methods);
    }

    /** The benchmark's figures. */
    public static List<Method> published() {
        return List.of(
                published(Published.POOLED, Kind.POOLED, null),
                published(Published.FEDAVG, Kind.FEDERATED, null),
                published(Published.FEDADAM, Kind.FEDERATED, null),
                published(Published.FEDYOGI, Kind.FEDERATED, null),
                published(Published.SCAFFOLD, Kind.FEDERATED, null),
                published(Published.ONLY_CLEVELAND, Kind.ALONE, Hospital.CLEVELAND),
                published(Published.ONLY_HUNGARIAN, Kind.ALONE, Hospital.HUNGARIAN),
                published(Published.ONLY_SWITZERLAND, Kind.ALONE, Hospital.SWITZERLAND),
                published(Published.ONLY_VA, Kind.ALONE, Hospital.VA));
    }

    /** A model's accuracy on every hospital's test records, by hospital id. */
    public static Map<String, Double> accuracy(HeartDisease data, float[] parameters) {
        Map<Hospital, Evaluation> results = Baselines.test(data, parameters);
        return byId(hospital -> results.get(hospital).accuracy());
    }

    private static Method published(Published figures, Kind kind, Hospital hospital) {
        return new Method(
                figures.method(), kind, hospital == null ? null : hospital.id(), byId(each -> figures.accuracy()
                        .get(each)));
    }

    private static Map<String, Double> byId(ToDoubleFunction<Hospital> value) {
        Map<String, Double> map = new LinkedHashMap<>();
        for (Hospital hospital : Hospital.values()) {
            map.put(hospital.id(), value.applyAsDouble(hospital));
        }
        return map;
    }
}
