package org.silofold.silo.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.silofold.protocol.message.UpdateId;
import org.silofold.silo.io.TensorFiles;
import org.silofold.silo.sdk.ModelUpdate;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.UpdateStatus;
import org.silofold.silo.sdk.VerifiedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code silofold submit}: hands a trained update to the agent. */
@Command(
        name = "submit",
        description = "Submit an update: trained parameters minus the base version's, as .npy or .safetensors.",
        mixinStandardHelpOptions = true)
final class SubmitCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SiloOption silo;

    @Option(names = "--model", required = true, description = "The model.")
    private String model;

    @Option(names = "--update", required = true, paramLabel = "FILE", description = "The update.")
    private Path update;

    @Option(names = "--base", required = true, paramLabel = "VERSION", description = "Version it was trained from.")
    private long base;

    @Option(names = "--examples", required = true, description = "Examples it was trained on.")
    private long examples;

    @Option(
            names = "--metrics",
            split = ",",
            paramLabel = "NAME=VALUE",
            description = "Evaluation of the base version on local held-out data; all metrics that the model names.")
    private Map<String, Double> metrics = Map.of();

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "Wait for its fate; exit code 3 unless in a version.")
    private Integer wait;

    @Override
    public Integer call() throws IOException {
        try (Silo connected = silo.connect()) {
            VerifiedModel latest = connected.latestModel(model);
            float[] delta = TensorFiles.readParameters(update, latest.tensors());
            UpdateId id = connected.submit(new ModelUpdate(model, base, delta, examples, metrics));
            if (wait == null) {
                spec.commandLine().getOut().println("submitted " + id.hex());
                return 0;
            }
            UpdateStatus status = connected.await(id, Duration.ofSeconds(wait));
            spec.commandLine().getOut().println(StatusCommand.line(status));
            return status.state() == UpdateStatus.State.IN_VERSION ? 0 : 3;
        }
    }
}
