package org.silofold.demo.heart;

import org.silofold.protocol.optimize.OptimizerKind;
import org.silofold.protocol.optimize.OptimizerSpec;

/**
 * How the demo trains with one server optimiser. FedAdam and FedYogi run at the benchmark's published settings, FedAvg at its
 * learning rate for plain SGD; the benchmark publishes none for the other two on this data, which take settings of
 * the same size. The clip is at least twice the largest change of a parameter seen in 100 local steps at that learning
 * rate (0.055 at 0.001, 0.171 at 0.003162, 0.501 at 0.01), so it bounds liars and leaves honest updates whole.
 *
 * @param server the optimiser and its settings
 * @param clientLearningRate of the silos' SGD
 * @param clip largest absolute change of a parameter that a silo sends
 */
public record TrainingProfile(OptimizerSpec server, double clientLearningRate, double clip) {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double TAU = 1e-8;

    /** The demo's profile for an optimiser. */
    public static TrainingProfile of(OptimizerKind kind) {
        return switch (kind) {
            case FEDAVG -> new TrainingProfile(new OptimizerSpec(kind, 1.0, 0, 0, 0), 0.001, 0.125);
            case FEDAVGM -> new TrainingProfile(new OptimizerSpec(kind, 0.3162, BETA1, 0, 0), 0.001, 0.125);
            case FEDADAGRAD -> new TrainingProfile(new OptimizerSpec(kind, 0.1, 0, 0, TAU), 0.003162, 0.5);
            case FEDADAM -> new TrainingProfile(new OptimizerSpec(kind, 0.01, BETA1, BETA2, TAU), 0.01, 1.0);
            case FEDYOGI -> new TrainingProfile(new OptimizerSpec(kind, 0.01, BETA1, BETA2, TAU), 0.003162, 0.5);
        };
    }
}
