package org.silofold.demo.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.silofold.demo.report.RunSummary;
import org.silofold.protocol.message.UpdateId;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code silofold cluster}: a federation as separate processes on this machine. */
@Command(
        name = "cluster",
        description =
                "Run a federation as separate processes on 127.0.0.1: ZooKeeper, a broker, Flink, an agent a silo;"
                        + " kill parts of it and start them again.",
        mixinStandardHelpOptions = true)
public final class ClusterCommand {
    private static final int UNWELL = 3;
    private static final Duration SETTLING = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int SILOS = 4;
    private static final int TASK_MANAGERS = 2;
    private static final int MODEL_SIZE = 1000;
    private static final long CHECKPOINT_MILLIS = 1000;

    @Spec
    private CommandSpec spec;

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private void say(String line) {
        out().println(line);
        out().flush();
    }

    private static Cluster open(Path directory) throws IOException {
        return Cluster.open(new ClusterDirectory(directory), Installation.ofLauncher());
    }

    @Command(
            description = "Start all processes and the job; in the directory of an earlier cluster go on with what is"
                    + " there.",
            mixinStandardHelpOptions = true)
    int up(
            @Option(names = "--dir", required = true, paramLabel = "DIR", description = "Where everything is kept.")
                    Path dir,
            @Option(
                            names = "--silos",
                            paramLabel = "N",
                            description = "Silos, each a committee member (" + SILOS + ").")
                    Integer silos,
            @Option(
                            names = "--task-managers",
                            paramLabel = "T",
                            description = "Flink TaskManagers (" + TASK_MANAGERS + ").")
                    Integer taskManagers,
            @Option(
                            names = "--model-size",
                            paramLabel = "P",
                            description = "Parameters of the model (" + MODEL_SIZE + ").")
                    Integer modelSize,
            @Option(
                            names = "--checkpoint-millis",
                            paramLabel = "MS",
                            description = "Milliseconds between checkpoints (" + CHECKPOINT_MILLIS
                                    + "); a version takes about three.")
                    Long checkpointMillis)
            throws IOException, InterruptedException {
        ClusterDirectory directory = new ClusterDirectory(dir);
        Cluster cluster;
        if (directory.exists()) {
            cluster = Cluster.open(directory, Installation.ofLauncher());
            ClusterSpec is = cluster.spec();
            ClusterSpec asked = spec(is, silos, taskManagers, modelSize, checkpointMillis);
            if (!asked.equals(is)) {
                throw new ClusterException(directory.root() + ": a cluster of " + is.silos() + " silos, "
                        + is.taskManagers() + " TaskManagers and " + is.modelSize()
                        + " parameters is there; leave these options out, or take another directory");
            }
        } else {
            ClusterSpec byDefault = new ClusterSpec(SILOS, TASK_MANAGERS, MODEL_SIZE, CHECKPOINT_MILLIS);
            cluster = Cluster.make(
                    directory,
                    spec(byDefault, silos, taskManagers, modelSize, checkpointMillis),
                    Installation.ofLauncher());
        }
        cluster.up(this::say);
        say("up; silofold cluster status --dir " + dir + " shows it, cluster down ends it");
        return 0;
    }

    private ClusterSpec spec(
            ClusterSpec otherwise, Integer silos, Integer taskManagers, Integer modelSize, Long checkpointMillis) {
        try {
            return new ClusterSpec(
                    silos == null ? otherwise.silos() : silos,
                    taskManagers == null ? otherwise.taskManagers() : taskManagers,
                    modelSize == null ? otherwise.modelSize() : modelSize,
                    checkpointMillis == null ? otherwise.checkpointMillis() : checkpointMillis);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    @Command(
            description = "Show every part: process, whether it lives, since when, and how it is.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:every part is well", "1:not a cluster", "2:bad usage", "3:a part is not well"})
    int status(
            @Option(names = "--dir", required = true, paramLabel = "DIR", description = "The cluster's directory.")
                    Path dir)
            throws IOException, InterruptedException {
        List<PartStatus> parts = open(dir).status();
        StatusTable.lines(parts, ZoneId.systemDefault()).forEach(this::say);
        return parts.stream().allMatch(PartStatus::well) ? 0 : UNWELL;
    }

    @Command(
            description = "Let every silo train and submit updates until so many new versions are out; then count what"
                    + " became of the updates, from the log.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:no update lost or counted twice",
                "1:failed",
                "2:bad usage",
                "3:an update lost or counted twice"
            })
    int train(
            @Option(names = "--dir", required = true, paramLabel = "DIR", description = "The cluster's directory.")
                    Path dir,
            @Option(names = "--versions", required = true, paramLabel = "V", description = "New versions to make.")
                    int versions,
            @Option(
                            names = "--pace",
                            defaultValue = "0.3",
                            paramLabel = "SECONDS",
                            description = "How long a silo trains (${DEFAULT-VALUE}).")
                    double pace)
            throws IOException, InterruptedException {
        if (versions < 1 || !(pace >= 0 && pace <= 3600)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--versions must be at least 1, --pace from 0 to 3600");
        }
        try (TrainingRun run = new TrainingRun(open(dir), silo -> Duration.ofMillis((long) (pace * 1000)))) {
            return train(run, versions);
        }
    }

    private int train(TrainingRun run, int versions) throws IOException, InterruptedException {
        run.start();
        run.awaitVersion(0, PATIENCE);
        // What earlier runs made is in the log too.
        long first = run.versionWhenCaughtUp(PATIENCE);
        for (long version = first + 1; version <= first + versions; version++) {
            run.awaitVersion(version, PATIENCE);
            say("version " + version);
        }
        Set<UpdateId> all = run.submitted();
        run.await("every update is decided", PATIENCE, () -> run.undecided(all).isEmpty());
        run.stopTraining();
        RunSummary.Updates updates = run.updates(SETTLING);
        say("updates: " + updates.submitted() + " submitted, " + updates.accepted() + " accepted, "
                + updates.inVersions() + " in versions, " + updates.ended() + " ended " + run.endings() + ", "
                + updates.lost() + " lost, " + updates.twice() + " twice");
        return updates.lost() == 0 && updates.twice() == 0 ? 0 : UNWELL;
    }

    @Command(
            description = "SIGKILL one part, for example broker, jobmanager, taskmanager-1, agent-silo-1.",
            mixinStandardHelpOptions = true)
    int kill(
            @Parameters(paramLabel = "PART", description = "As cluster status names it.") String part,
            @Option(names = "--dir", required = true, paramLabel = "DIR", description = "The cluster's directory.")
                    Path dir)
            throws IOException, InterruptedException {
        Cluster cluster = open(dir);
        cluster.kill(cluster.parts().named(part));
        say(part + " killed");
        return 0;
    }

    @Command(description = "Start a part that does not run, on the data that it had.", mixinStandardHelpOptions = true)
    int start(
            @Parameters(paramLabel = "PART", description = "As cluster status names it.") String part,
            @Option(names = "--dir", required = true, paramLabel = "DIR", description = "The cluster's directory.")
                    Path dir)
            throws IOException, InterruptedException {
        Cluster cluster = open(dir);
        Part named = cluster.parts().named(part);
        cluster.start(named);
        cluster.awaitWell(named);
        say(part + " started");
        return 0;
    }

    @Command(description = "End all processes; cluster up goes on with them later.", mixinStandardHelpOptions = true)
    int down(
            @Option(names = "--dir", required = true, paramLabel = "DIR", description = "The cluster's directory.")
                    Path dir)
            throws IOException, InterruptedException {
        say(open(dir).down() + " parts stopped; everything is kept in " + dir);
        return 0;
    }
}
