package org.silofold.protocol.encode;

import java.util.Objects;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * An evaluation metric and the range it is encoded in: min to 0 and max to M, linearly.
 *
 * @param name what the model specification calls it
 * @param min least value, finite
 * @param max greatest value, finite, above min
 */
public record MetricRange(String name, double min, double max) {
    /** @throws IllegalArgumentException if the range is empty or not finite */
    public MetricRange {
        Objects.requireNonNull(name);
        if (!Double.isFinite(min) || !Double.isFinite(max - min) || !(min < max)) {
            throw new IllegalArgumentException("metric " + name + " has no range: " + min + ".." + max);
        }
    }

    /**
     * Where the value lies in the range, 0 for min and 1 for max.
     *
     * @throws RejectedException {@link Reason#NOT_FINITE} or {@link Reason#INVALID_FIELD} if it is not in the range
     */
    public double fraction(double value) {
        if (!Double.isFinite(value)) {
            throw new RejectedException(Reason.NOT_FINITE, "metric " + name + " is not finite");
        }
        if (value < min || value > max) {
            throw new RejectedException(Reason.INVALID_FIELD, "metric " + name + " is outside " + min + ".." + max);
        }
        return Math.min(1.0, (value - min) / (max - min));
    }

    /** The sum of {@code count} values whose fractions have this sum. */
    public double sum(double fractions, int count) {
        return fractions * (max - min) + count * min;
    }
}
