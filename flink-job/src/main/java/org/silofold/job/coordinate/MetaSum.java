package org.silofold.job.coordinate;

import java.util.List;
import org.silofold.protocol.message.ModelManifest;

/**
 * What a cohort's meta blocks say together.
 *
 * @param sumOfWeights sum of the cohort's weights
 * @param metrics sums of its metrics, in the specification's order
 */
public record MetaSum(double sumOfWeights, List<ModelManifest.MetricSum> metrics) {
    /** Copies the list. */
    public MetaSum {
        metrics = List.copyOf(metrics);
    }
}
