package org.silofold.demo.train;

import java.util.List;
import java.util.Map;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.TensorSpec;

/** What a run trains. Thread-safe. */
public interface Workload {
    /** The model's tensors. */
    List<TensorSpec> tensors();

    /** The metrics that a silo reports of its base version. */
    List<MetricSpec> metrics();

    /** Version 0; a fresh array. */
    float[] initialParameters();

    /**
     * What one silo makes of a version; the same for the same silo and version.
     *
     * @param silo its name, a hospital's id
     * @param base that version's parameters, read only
     */
    Trained train(String silo, long baseVersion, float[] base);

    /** Examples behind each of a silo's updates. */
    long examples(String silo);

    /**
     * A trained update.
     *
     * @param delta trained parameters minus the base's
     * @param examples examples it was trained on
     * @param metrics the base version on the hospital's own held-out data
     */
    record Trained(float[] delta, long examples, Map<String, Double> metrics) {}
}
