package org.silofold.protocol.optimize;

import java.util.Objects;

/**
 * A server optimiser with its numbers. Numbers that its kind does not use may be 0.
 *
 * @param kind the rule
 * @param learningRate the server's learning rate, in (0, 1000]
 * @param beta1 decay of the first moment, in [0, 0.9999]
 * @param beta2 decay of the second moment, in [0, 0.999999]
 * @param tau adaptivity: what is added to the root of the second moment; in [1e-9, 1000] where the kind is adaptive
 */
public record OptimizerSpec(OptimizerKind kind, double learningRate, double beta1, double beta2, double tau) {
    /** @throws IllegalArgumentException if a number is outside its range */
    public OptimizerSpec {
        Objects.requireNonNull(kind);
        require("learning rate", learningRate, Double.MIN_NORMAL, 1000);
        require("beta1", beta1, 0, 0.9999);
        require("beta2", beta2, 0, 0.999999);
        require("tau", tau, kind.adaptive() ? 1e-9 : 0, 1000);
    }

    /** Whether {@link ServerOptimizer#step} keeps a first moment m. */
    public boolean usesFirstMoment() {
        return kind != OptimizerKind.FEDAVG;
    }

    /** Whether {@link ServerOptimizer#step} keeps a second moment v. */
    public boolean usesSecondMoment() {
        return kind.adaptive();
    }

    private static void require(String name, double value, double min, double max) {
        if (!(value >= min && value <= max)) {
            throw new IllegalArgumentException(name + " is within " + min + ".." + max + ", not " + value);
        }
    }
}
