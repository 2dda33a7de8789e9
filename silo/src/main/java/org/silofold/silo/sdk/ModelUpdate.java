package org.silofold.silo.sdk;

import java.util.Map;
import java.util.Objects;

/**
 * What a silo has learned.
 *
 * @param model the model's name
 * @param baseVersion the version that training started from: each can be used once
 * @param delta trained minus base parameters, all finite, in the order of the model's tensors; not copied, not changed
 * @param examples training examples behind it, 1 or more
 * @param metrics exactly the metrics that the model names, each within its range
 */
public record ModelUpdate(String model, long baseVersion, float[] delta, long examples, Map<String, Double> metrics) {
    /** Copies the metrics; keeps the delta as it is. */
    public ModelUpdate {
        Objects.requireNonNull(model);
        Objects.requireNonNull(delta);
        metrics = Map.copyOf(metrics);
    }
}
