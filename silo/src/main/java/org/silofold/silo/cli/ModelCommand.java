package org.silofold.silo.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.silo.admin.AdminException;
import org.silofold.silo.admin.Authority;
import org.silofold.silo.admin.InitialModel;
import org.silofold.silo.admin.RegistryPublisher;
import org.silofold.silo.io.Tensor;
import org.silofold.silo.io.TensorFiles;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.SiloException;
import org.silofold.silo.sdk.VerifiedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code silofold model}: starts a model, and fetches its newest verified version. */
@Command(name = "model", description = "Start a model, or fetch its newest version.", mixinStandardHelpOptions = true)
final class ModelCommand {
    @Spec
    private CommandSpec spec;

    @Command(
            description = "The authority: sign a model's specification and publish it with version 0.",
            mixinStandardHelpOptions = true)
    int init(
            @Mixin AuthorityOption option,
            @Option(names = "--model", required = true, description = "The model's name.") String model,
            @Option(
                            names = "--from",
                            required = true,
                            paramLabel = "FILE",
                            description = "Initial parameters, .npy or .safetensors; its tensors are the model's.")
                    Path from,
            @Option(
                            names = "--metric",
                            paramLabel = "NAME:MIN:MAX",
                            description = "An evaluation metric that silos report; may be repeated.")
                    List<String> metrics,
            @Option(
                            names = "--parameter-set",
                            defaultValue = "MASK-2048-32",
                            description = "Parameter set of the masks (${DEFAULT-VALUE}).")
                    String parameterSet)
            throws IOException {
        List<Tensor> tensors = TensorFiles.read(from);
        List<TensorSpec> specs = new ArrayList<>();
        for (Tensor tensor : tensors) {
            specs.add(new TensorSpec(tensor.name().isEmpty() ? "parameters" : tensor.name(), tensor.shape()));
        }
        float[] parameters = TensorFiles.readParameters(from, specs);
        InitialModel initial = new InitialModel(Authority.layout(specs, parameterSet), parameters);
        try (Authority authority = option.open();
                RegistryPublisher publisher = option.publisher(authority)) {
            ModelSpec signed = authority.model(model, specs, metrics(metrics), initial);
            publisher.initialModel(authority, model, initial);
            publisher.documents(authority);
            spec.commandLine()
                    .getOut()
                    .println("model " + model + ": " + signed.parameterCount() + " parameters in " + specs.size()
                            + " tensor(s), version 0 is " + signed.initialRoot());
        }
        return 0;
    }

    private static List<MetricSpec> metrics(List<String> texts) {
        List<MetricSpec> metrics = new ArrayList<>();
        for (String text : texts == null ? List.<String>of() : texts) {
            String[] parts = text.split(":", -1);
            try {
                if (parts.length == 3) {
                    metrics.add(new MetricSpec(parts[0], Double.parseDouble(parts[1]), Double.parseDouble(parts[2])));
                    continue;
                }
            } catch (NumberFormatException e) {
                throw new AdminException("metric " + text + ": MIN and MAX must be numbers", e);
            }
            throw new AdminException("metric " + text + ": NAME:MIN:MAX is needed");
        }
        return metrics;
    }

    /** Why no newer version may be trained on, if that is why there is none. */
    private static String waiting(Silo silo, String model) {
        return silo.agentStatus().models().stream()
                .filter(of -> of.model().equals(model))
                .flatMap(of -> of.waitsFor().stream()
                        .map(auditor -> "; version " + of.chainVersion() + " waits for the countersignature of "
                                + auditor + " (" + Reason.NOT_COUNTERSIGNED.code() + ")"))
                .findFirst()
                .orElse("");
    }

    @Command(description = "Fetch the newest verified version from the agent.", mixinStandardHelpOptions = true)
    int fetch(
            @Mixin SiloOption silo,
            @Option(names = "--model", required = true, description = "The model.") String model,
            @Option(names = "--out", required = true, paramLabel = "FILE", description = ".npy or .safetensors.")
                    Path out,
            @Option(
                            names = "--newer-than",
                            defaultValue = "-1",
                            paramLabel = "VERSION",
                            description = "Wait for a version newer than this one.")
                    long newerThan,
            @Option(names = "--wait", defaultValue = "0", paramLabel = "SECONDS", description = "How long to wait.")
                    int wait)
            throws IOException {
        try (Silo connected = silo.connect()) {
            VerifiedModel fetched = newerThan < 0 && wait == 0
                    ? connected.latestModel(model)
                    : connected
                            .awaitModel(model, newerThan, Duration.ofSeconds(wait))
                            .orElseThrow(() -> new SiloException(
                                    SiloException.TIMEOUT,
                                    "no version of " + model + " newer than " + newerThan + " within " + wait + " s"
                                            + waiting(connected, model)));
            TensorFiles.writeParameters(out, fetched.tensors(), fetched.parameters());
            spec.commandLine()
                    .getOut()
                    .println(String.format(
                            Locale.ROOT,
                            "model %s version %d (%s) written to %s",
                            model,
                            fetched.version(),
                            fetched.manifestDigest(),
                            out));
        }
        return 0;
    }
}
