package org.silofold.silo.io;

import java.util.List;

/**
 * A tensor read from, or for, a file.
 *
 * @param name its name; empty in formats without names
 * @param shape its dimensions, each at least 0; empty for a scalar
 * @param values its values in row-major (C) order; owned by the record
 */
public record Tensor(String name, List<Integer> shape, float[] values) {
    /** Checks that shape and values agree. */
    public Tensor {
        shape = List.copyOf(shape);
        long size = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        if (size != values.length) {
            throw new IllegalArgumentException(
                    name + ": shape " + shape + " does not hold " + values.length + " values");
        }
    }
}
