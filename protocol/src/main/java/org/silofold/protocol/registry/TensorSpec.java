package org.silofold.protocol.registry;

import java.util.List;

/**
 * A named tensor of a model.
 *
 * @param name the tensor's name
 * @param shape its dimensions, each at least 1; empty for a scalar
 */
public record TensorSpec(String name, List<Integer> shape) {
    /** How many parameters the tensor has. */
    public long size() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }
}
