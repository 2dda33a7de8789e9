package org.silofold.protocol.encode;

import java.util.List;

/**
 * What a cohort's meta block opens to.
 *
 * @param sumOfWeights the sum of the silos' weights, positive; off by at most about 85 units a silo, a unit being 1/M
 * @param metrics the sum over silos of each metric, in the model specification's order and in the metric's own scale
 */
public record MetaSums(double sumOfWeights, List<Double> metrics) {
    /** Keeps a copy of the list. */
    public MetaSums {
        metrics = List.copyOf(metrics);
    }
}
