package org.silofold.demo.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.silofold.demo.founding.Founding;

/**
 * A federation as separate processes on 127.0.0.1: ZooKeeper, a Kafka broker, a Flink JobManager and TaskManagers, an agent for each silo.
 * The processes outlive this object: another one of the same directory goes on with them. One at a time changes anything; another that
 * tries meanwhile is refused.
 */
public final class Cluster {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    /** Looks, {@link #GLANCE} apart, at which a part need not be seen to run. */
    private static final int MOST_MISSED = 10;

    private static final Duration GLANCE = Duration.ofMillis(100);

    private final ClusterDirectory directory;
    private final ClusterSettings settings;
    private final Parts parts;
    private final Founding founding;
    private final PartRunner runner;
    private final PartCommands commands;
    private final FlinkRest flink;
    private final HealthCheck health;

    private Cluster(ClusterDirectory directory, ClusterSettings settings, Installation installation) {
        Clock clock = Clock.systemUTC();
        this.directory = directory;
        this.settings = settings;
        this.parts = Parts.of(settings.spec());
        this.founding = new Founding(
                Names.FEDERATION,
                directory.root(),
                bootstrap(settings),
                settings.spec().siloNames(),
                List.of(),
                principal -> Optional.empty());
        this.runner = new PartRunner(directory, clock);
        this.commands = new PartCommands(directory, settings, installation);
        this.flink = new FlinkRest(settings.ports().rest());
        this.health = new HealthCheck(settings.ports(), flink, founding::party, clock);
    }

    private static String bootstrap(ClusterSettings settings) {
        return "127.0.0.1:" + settings.ports().broker();
    }

    /**
     * The cluster of a directory, whatever of it runs.
     *
     * @throws ClusterException if the directory is not a cluster's
     */
    public static Cluster open(ClusterDirectory directory, Installation installation) throws IOException {
        return new Cluster(directory, ClusterSettings.read(directory.settings()), installation);
    }

    /**
     * Makes a cluster's directory; nothing runs yet.
     *
     * @throws ClusterException if the directory is not empty
     */
    public static Cluster make(ClusterDirectory directory, ClusterSpec spec, Installation installation)
            throws IOException {
        directory.make();
        ClusterSettings settings = new ClusterSettings(spec, Ports.free(spec.silos(), new SecureRandom()));
        FlinkFiles.write(directory, settings, installation);
        // Last, so that a directory with this file is a whole one.
        settings.write(directory.settings());
        return new Cluster(directory, settings, installation);
    }

    /** What it is made of. */
    public ClusterSpec spec() {
        return settings.spec();
    }

    /** Its processes. */
    public Parts parts() {
        return parts;
    }

    /** Where it keeps everything. */
    public ClusterDirectory directory() {
        return directory;
    }

    /** The broker, {@code host:port}. */
    public String bootstrap() {
        return bootstrap(settings);
    }

    /** The port on 127.0.0.1 at which the broker takes clients that believe it is at {@link #linePort}. */
    public int behindLinePort() {
        return settings.ports().behindLine();
    }

    /** The port on 127.0.0.1 where a forwarder to {@link #behindLinePort} may listen; nothing does so by itself. */
    public int linePort() {
        return settings.ports().line();
    }

    /** A silo's directory, for {@link org.silofold.silo.sdk.Silo#connect}. */
    public Path party(String name) {
        return founding.party(name);
    }

    /**
     * Starts every part that does not run, founds the federation and submits the job where that is still to be done. Returns once every
     * part is well.
     *
     * @param progress told what is under way
     * @throws ClusterException if every part runs already, or one does not come up
     */
    public void up(Consumer<String> progress) throws IOException, InterruptedException {
        ClusterLock.during(directory, () -> {
            List<Part> missing = new ArrayList<>();
            for (Part part : parts.all()) {
                if (runner.table().running(part).isEmpty()) {
                    missing.add(part);
                }
            }
            if (missing.isEmpty()) {
                throw new ClusterException(directory.root() + ": already up");
            }
            new Startup(this, progress).run(missing);
            return missing;
        });
    }

    /**
     * Starts a part on the data that it had. Returns as soon as its process runs; {@link #awaitWell} waits for more.
     *
     * @throws ClusterException if it runs already
     */
    public void start(Part part) throws IOException, InterruptedException {
        ClusterLock.during(directory, () -> {
            launch(part);
            return part;
        });
    }

    /**
     * Starts an agent whose clock is wrong; {@link #kill} ends it as any other.
     *
     * @param ahead how far ahead; negative for behind
     * @throws ClusterException if it runs already
     */
    public void startShifted(Part agent, Duration ahead) throws IOException, InterruptedException {
        ClusterLock.during(directory, () -> {
            launch(agent, commands.shifted(agent, founding, ahead));
            return agent;
        });
    }

    void launch(Part part) throws IOException {
        launch(part, commands.of(part, founding));
    }

    private void launch(Part part, List<String> command) throws IOException {
        if (runner.table().running(part).isPresent()) {
            throw new ClusterException(part + " runs already");
        }
        if (part.kind() == Part.Kind.AGENT && !Files.exists(directory.founded())) {
            throw new ClusterException(directory.root() + ": the federation is not founded; run cluster up");
        }
        Files.createDirectories(directory.flinkTemporary(part));
        runner.start(part, command);
    }

    /**
     * SIGKILL to a part: it is gone when this returns.
     *
     * @throws ClusterException if it does not run
     */
    public void kill(Part part) throws IOException, InterruptedException {
        ClusterLock.during(directory, () -> {
            runner.kill(part);
            return part;
        });
    }

    /**
     * Sends a part's process a signal.
     *
     * @param signal by name, as kill(1) has them
     * @throws ClusterException if it does not run
     */
    public void signal(Part part, String signal) throws IOException, InterruptedException {
        runner.signal(part, signal);
    }

    /**
     * Stops every part, the broker and ZooKeeper last; returns how many ran. The job is not cancelled: it goes on with the next
     * {@link #up}.
     */
    public int down() throws IOException, InterruptedException {
        return ClusterLock.during(directory, () -> {
            List<Part> others = parts.all().stream()
                    .filter(part -> part.kind() != Part.Kind.BROKER && part.kind() != Part.Kind.ZOOKEEPER)
                    .toList();
            return runner.stop(others)
                    + runner.stop(parts.of(Part.Kind.BROKER))
                    + runner.stop(parts.of(Part.Kind.ZOOKEEPER));
        });
    }

    /**
     * Stops the job after a savepoint and starts it from that with another parallelism.
     *
     * @throws ClusterException if Flink does not run exactly one job, or refuses
     */
    public void rescale(int parallelism) throws IOException, InterruptedException {
        ClusterLock.during(directory, () -> {
            new JobControl(this).rescale(parallelism);
            return parallelism;
        });
    }

    /** The checkpoint that was completed last: its directory. */
    public Optional<Path> newestCheckpoint() throws IOException {
        return Checkpoints.newest(directory.checkpoints());
    }

    /** The number of a part's process, if it runs. */
    public OptionalLong pid(Part part) throws IOException {
        return runner.table()
                .running(part)
                .map(process -> OptionalLong.of(process.pid()))
                .orElse(OptionalLong.empty());
    }

    /** How every part is. */
    public List<PartStatus> status() throws IOException, InterruptedException {
        List<PartStatus> all = new ArrayList<>();
        for (Part part : parts.all()) {
            Optional<PartProcess> process = runner.table().read(part);
            boolean alive = process.filter(PartProcess::alive).isPresent();
            Health is =
                    alive ? health.of(part) : Health.unwell(process.isPresent() ? "does not run" : "was never started");
            all.add(new PartStatus(
                    part,
                    process.map(of -> OptionalLong.of(of.identity().pid())).orElse(OptionalLong.empty()),
                    alive,
                    process.map(PartProcess::since),
                    is.well(),
                    is.line(),
                    is.version()));
        }
        return all;
    }

    /**
     * Waits until a part is well.
     *
     * @throws ClusterException if it ends, or is not well in time
     */
    public void awaitWell(Part part) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        int missed = 0;
        for (Health is = health.of(part); !is.well(); is = health.of(part)) {
            // One look is not enough: right after its start, on a machine under load, a process was once not seen that
            // ran.
            missed = runner.table().running(part).isPresent() ? 0 : missed + 1;
            if (missed > MOST_MISSED) {
                throw new ClusterException(part + " has ended; see " + directory.log(part));
            }
            if (System.nanoTime() - deadline > 0) {
                throw new ClusterException(part + " is not well after " + PATIENCE.toSeconds() + " s: " + is.line()
                        + "; see " + directory.log(part));
            }
            Thread.sleep(GLANCE.toMillis());
        }
    }

    ClusterSettings settings() {
        return settings;
    }

    Founding founding() {
        return founding;
    }

    PartRunner runner() {
        return runner;
    }

    PartCommands commands() {
        return commands;
    }

    FlinkRest flink() {
        return flink;
    }
}
