package org.silofold.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.silofold.demo.heart.FederationSettings;
import org.silofold.protocol.optimize.OptimizerKind;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code silofold demo}: four hospitals train one model through a real broker and a real Flink cluster. */
@Command(
        name = "demo",
        description =
                "Four hospitals train one model on this machine, through Kafka and Flink, post-quantum end to end.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:all versions were made", "1:something failed", "2:bad usage", "130:stopped with Ctrl-C"})
public final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--versions", paramLabel = "N", description = "Model versions to make (20; 3 with --parameters).")
    private Integer versions;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "42", description = "Seed (${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--optimizer",
            paramLabel = "NAME",
            defaultValue = "fedyogi",
            description = "fedavg, fedavgm, fedadagrad, fedadam or fedyogi (${DEFAULT-VALUE}).")
    private String optimizer;

    @Option(names = "--buffer", paramLabel = "K", description = "Updates that close a buffer, 3 or 4 (3).")
    private int buffer = FederationSettings.BUFFER;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "silofold-demo",
            description = "Where summary.json, report.html and the run's data go (${DEFAULT-VALUE}).")
    private Path out;

    @Option(
            names = "--parameters",
            paramLabel = "D",
            description = "D synthetic parameters instead of the hospitals' 14, to feel a large model.")
    private Long parameters;

    @Option(names = "--keep", description = "Leave everything up until Ctrl-C.")
    private boolean keep;

    @Option(
            names = "--kill-task-manager-after",
            paramLabel = "V",
            description = "Kill Flink's task manager once version V is out; the job resumes from its checkpoint.")
    private Integer failAt;

    @Option(
            names = "--auditor",
            description = "Run an auditor beside the hospitals: they train only on versions that it countersigned.")
    private boolean auditor;

    @Option(
            names = "--pace",
            paramLabel = "SECONDS",
            defaultValue = "0.3",
            description = "Training time of the fastest hospital (${DEFAULT-VALUE}); the slowest takes ten times that.")
    private double pace;

    @Override
    public Integer call() throws Exception {
        require(versions == null || (versions >= 1 && versions <= 100_000), "--versions must be from 1 to 100000");
        require(buffer >= FederationSettings.MIN_COHORT && buffer <= 4, "--buffer must be 3 or 4");
        require(
                parameters == null || (parameters >= 1 && parameters <= 100_000_000),
                "--parameters must be from 1 to 100000000");
        require(pace >= 0 && pace <= 3600, "--pace must be from 0 to 3600");
        DemoOptions options = new DemoOptions(
                versions != null ? versions : parameters != null ? 3 : FederationSettings.VERSIONS,
                seed,
                optimizer(),
                buffer,
                out,
                parameters == null ? OptionalLong.empty() : OptionalLong.of(parameters),
                keep,
                failAt == null ? OptionalInt.empty() : OptionalInt.of(failAt),
                auditor ? List.of(DemoFederation.AUDITOR) : List.of(),
                pace);
        return new Demo(options, spec.commandLine().getOut()).run();
    }

    private OptimizerKind optimizer() {
        for (OptimizerKind kind : OptimizerKind.values()) {
            if (kind.code().equals(optimizer)) {
                return kind;
            }
        }
        throw new CommandLine.ParameterException(
                spec.commandLine(), "--optimizer must be fedavg, fedavgm, fedadagrad, fedadam or fedyogi");
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new CommandLine.ParameterException(spec.commandLine(), otherwise);
        }
    }
}
