package org.silofold.demo.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.silofold.demo.cluster.Cluster;
import org.silofold.demo.cluster.ClusterDirectory;
import org.silofold.demo.cluster.ClusterException;
import org.silofold.demo.cluster.ClusterSpec;
import org.silofold.demo.cluster.Installation;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code silofold soak}: a federation of processes under faults that follow from a seed. */
@Command(
        name = "soak",
        description =
                "Run a federation as separate processes on 127.0.0.1 under faults drawn from a seed, and count every"
                        + " update in the committed log.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:no update lost or counted twice",
            "1:the federation did not recover from a fault",
            "2:bad usage",
            "3:an update lost or counted twice, or a log that verify-log calls wrong",
            "130:stopped with Ctrl-C"
        })
public final class SoakCommand implements Callable<Integer> {
    private static final int BROKEN = 3;
    /** Exit code of a program that Ctrl-C ended: 128 and the signal's number; the JVM itself gives the same. */
    private static final int STOPPED = 130;

    private static final Duration STOPPING = Duration.ofMinutes(1);

    @Spec
    private CommandSpec spec;

    @Option(names = "--minutes", required = true, paramLabel = "M", description = "How long faults go on.")
    private double minutes;

    @Option(names = "--silos", defaultValue = "4", paramLabel = "N", description = "Silos (${DEFAULT-VALUE}).")
    private int silos;

    @Option(
            names = "--task-managers",
            defaultValue = "2",
            paramLabel = "T",
            description = "Flink TaskManagers (${DEFAULT-VALUE}).")
    private int taskManagers;

    @Option(
            names = "--model-size",
            defaultValue = "1000",
            paramLabel = "P",
            description = "Parameters of the model (${DEFAULT-VALUE}).")
    private int modelSize;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Seed of the faults; printed, and drawn at random if not given.")
    private Long seed;

    @Option(
            names = "--pace",
            defaultValue = "0.3",
            paramLabel = "SECONDS",
            description = "How long a silo trains (${DEFAULT-VALUE}).")
    private double pace;

    @Option(
            names = "--slow",
            defaultValue = "1",
            paramLabel = "TIMES",
            description = "How many times longer the first silo trains (${DEFAULT-VALUE}).")
    private double slow;

    @Option(
            names = "--away",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Silos, members too, that are gone from the beginning and come back after the last fault (${DEFAULT-VALUE}).")
    private int away;

    @Option(
            names = "--only",
            paramLabel = "KIND",
            split = ",",
            description = "Only faults of these kinds: those of the table, such as broker-killed,silo-cut-off.")
    private List<String> only;

    @Option(
            names = "--longest",
            defaultValue = "30",
            paramLabel = "SECONDS",
            description =
                    "How long a silo is cut off (the first time just so long), or a member, the broker or Flink gone at most"
                            + " (${DEFAULT-VALUE}).")
    private double longest;

    @Option(
            names = "--calm",
            defaultValue = "10",
            paramLabel = "SECONDS",
            description = "How long nothing goes wrong between faults (${DEFAULT-VALUE}).")
    private double calm;

    @Option(
            names = "--dir",
            defaultValue = "silofold-soak",
            paramLabel = "DIR",
            description =
                    "A new directory for the cluster, its logs, faults.csv, rss.csv, heap.csv, memory.svg and heap.svg"
                            + " (${DEFAULT-VALUE}).")
    private Path directory;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the counts there too.")
    private Path json;

    @Override
    public Integer call() throws Exception {
        require(minutes > 0 && minutes <= 100_000, "--minutes must be above 0 and at most 100000");
        require(pace >= 0 && pace <= 3600, "--pace must be from 0 to 3600");
        require(slow >= 1 && slow <= 1000, "--slow must be from 1 to 1000");
        require(longest >= 10 && longest <= 86_400, "--longest must be from 10 to 86400");
        require(calm >= 1 && calm <= 3600, "--calm must be from 1 to 3600");
        require(
                json == null || Files.isDirectory(json.toAbsolutePath().getParent()),
                "--json: there is no directory to write " + json + " in");
        if (Files.exists(directory)) {
            throw new ClusterException(directory + ": is there already; take another directory");
        }
        ClusterSpec size = clusterSpec();
        int most = size.silos() - size.threshold();
        require(away >= 0 && away <= most, "--away must be from 0 to " + most + " of " + silos + " silos");
        long drawn = seed == null ? new SecureRandom().nextInt(1_000_000) : seed;
        SoakSettings settings = new SoakSettings(
                drawn, millis(minutes * 60), kinds(), millis(longest), millis(calm), millis(pace), slow, away);
        say("seed " + drawn);
        Installation installation = Installation.ofLauncher().takingWholeHeaps();
        Cluster cluster = Cluster.make(new ClusterDirectory(directory), size, installation);
        Thread soaking = Thread.currentThread();
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupt(soaking, interrupted, closed), "soak-stop"));
        try {
            return soak(cluster, settings);
        } catch (Exception e) {
            if (interrupted.getCount() == 0) {
                return STOPPED;
            }
            throw e;
        } finally {
            down(cluster);
            closed.countDown();
        }
    }

    private int soak(Cluster cluster, SoakSettings settings) throws IOException, InterruptedException {
        cluster.up(this::say);
        SoakReport report = new Soak(cluster, settings, this::say).run();
        report.lines().forEach(this::say);
        if (json != null) {
            report.write(json);
        }
        return report.holds() ? 0 : BROKEN;
    }

    private static Duration millis(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    /** Those that were asked for, or all that are possible here. */
    private Set<FaultKind> kinds() throws IOException, InterruptedException {
        Set<FaultKind> kinds = EnumSet.allOf(FaultKind.class);
        if (only != null) {
            kinds.clear();
            for (String code : only) {
                kinds.add(FaultKind.ofCode(code)
                        .orElseThrow(() -> new CommandLine.ParameterException(
                                spec.commandLine(),
                                "--only: there is no fault " + code + "; there are " + FaultKind.codes())));
            }
        }
        if (kinds.contains(FaultKind.DISK_FULL) && !SmallDisk.isPossible()) {
            require(kinds.size() > 1, "--only: disk-full needs the right to mount a file system");
            kinds.remove(FaultKind.DISK_FULL);
            say("left out: " + FaultKind.DISK_FULL.words() + ", which needs the right to mount a file system");
        }
        return kinds;
    }

    /** Ctrl-C: the soak ends where it is, and its processes with it. */
    private void interrupt(Thread soaking, CountDownLatch interrupted, CountDownLatch closed) {
        if (closed.getCount() == 0) {
            return;
        }
        interrupted.countDown();
        soaking.interrupt();
        try {
            if (!closed.await(STOPPING.toMillis(), TimeUnit.MILLISECONDS)) {
                spec.commandLine()
                        .getErr()
                        .println("silofold soak: not all of it has ended; silofold cluster down --dir " + directory
                                + " ends the rest");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ClusterSpec clusterSpec() {
        try {
            return new ClusterSpec(silos, taskManagers, modelSize, 1000);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new CommandLine.ParameterException(spec.commandLine(), otherwise);
        }
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }

    private void down(Cluster cluster) {
        // What interrupted the soak is not to interrupt this.
        boolean interrupted = Thread.interrupted();
        try {
            cluster.down();
        } catch (IOException e) {
            spec.commandLine().getErr().println("silofold soak: " + e.getMessage());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
