package org.silofold.demo.report;

import java.util.Map;

/**
 * A way to train and what it reaches on each hospital's test records.
 *
 * @param name for people
 * @param kind federated, pooled or at one hospital alone
 * @param hospital whose data alone; null for the other kinds
 * @param accuracy by hospital, 0 to 1
 */
public record Method(String name, Kind kind, String hospital, Map<String, Double> accuracy) {
    /** Where the training data was. */
    public enum Kind {
        FEDERATED,
        POOLED,
        ALONE
    }

    public Method {
        accuracy = Ordered.copy(accuracy);
    }

    /** Unweighted mean over the hospitals. */
    public double mean() {
        return accuracy.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
    }
}
