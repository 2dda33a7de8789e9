package org.silofold.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.silofold.protocol.optimize.OptimizerKind;

/**
 * What a run of the demo is asked for.
 *
 * @param versions versions to make after version 0
 * @param seed of the initial model and all training
 * @param optimizer the server's
 * @param buffer updates that close a buffer
 * @param out where summary, report and the run's data go
 * @param parameters synthetic parameters instead of the hospitals' 14
 * @param keep whether to leave everything up after the last version
 * @param failAt version after which the Flink task manager is killed
 * @param auditors names of the auditors, whose countersignature policy then asks for; at most one
 * @param paceSeconds time the fastest hospital takes to train
 */
public record DemoOptions(
        int versions,
        long seed,
        OptimizerKind optimizer,
        int buffer,
        Path out,
        OptionalLong parameters,
        boolean keep,
        OptionalInt failAt,
        List<String> auditors,
        double paceSeconds) {
    /** Whether the model is synthetic. */
    public boolean synthetic() {
        return parameters.isPresent();
    }
}
