package org.silofold.silo.sdk;

import java.util.List;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.TensorSpec;

/**
 * A model version that the agent has verified: signature, chain of manifests, shard digests, and how far its parameters moved.
 *
 * @param model the model's name
 * @param version its version, 0 for the initial one
 * @param manifestDigest digest of its manifest's signed bytes
 * @param tensors names and shapes, in the order in which the parameters lie
 * @param metrics the metrics that an update must report
 * @param parameters all parameters; owned by the caller
 * @param manifest what the aggregator signed: the cohort, the sum of weights, the metrics' sums
 */
public record VerifiedModel(
        String model,
        long version,
        Digest manifestDigest,
        List<TensorSpec> tensors,
        List<MetricSpec> metrics,
        float[] parameters,
        ModelManifest manifest) {
    /** Copies the lists; keeps the parameters as they are. */
    public VerifiedModel {
        tensors = List.copyOf(tensors);
        metrics = List.copyOf(metrics);
    }
}
