package org.silofold.protocol.registry;

import java.util.List;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;

/**
 * A model's shape and where it starts.
 *
 * @param context the context; names the model
 * @param sequence monotonic by model
 * @param tensors the tensors in the order in which their parameters are laid out
 * @param metrics the metrics that silos report, in meta-block order
 * @param initialRoot Merkle root of version 0's shards
 */
public record ModelSpec(
        Context context, long sequence, List<TensorSpec> tensors, List<MetricSpec> metrics, Digest initialRoot)
        implements RegistryDocument {
    @Override
    public String key() {
        return "model-spec/" + context.model();
    }

    /** Parameters over all tensors. */
    public long parameterCount() {
        return tensors.stream().mapToLong(TensorSpec::size).reduce(0, Math::addExact);
    }
}
