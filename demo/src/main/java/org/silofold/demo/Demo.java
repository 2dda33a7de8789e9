package org.silofold.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.silofold.demo.heart.FederationSettings;
import org.silofold.demo.heart.HeartDisease;
import org.silofold.demo.heart.Hospital;
import org.silofold.demo.heart.LogisticRegression;
import org.silofold.demo.heart.TrainingProfile;
import org.silofold.demo.local.EmbeddedBroker;
import org.silofold.demo.local.LocalCluster;
import org.silofold.demo.report.HeartMethods;
import org.silofold.demo.report.RunSummary;
import org.silofold.demo.report.TerminalLines;
import org.silofold.demo.report.VersionSummary;
import org.silofold.demo.train.HeartWorkload;
import org.silofold.demo.train.SiloTrainer;
import org.silofold.demo.train.Submissions;
import org.silofold.demo.train.SyntheticWorkload;
import org.silofold.demo.train.Workload;
import org.silofold.demo.watch.OpenedMeanCheck;
import org.silofold.demo.watch.Published;
import org.silofold.demo.watch.RunLog;
import org.silofold.demo.watch.UpdateCount;
import org.silofold.job.config.JobConfig;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.registry.Policy;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.auditor.AuditOutcome;
import org.silofold.silo.party.PartyDirectory;

/** One run of the demo: starts everything, watches versions come, reports, stops everything. */
final class Demo {
    private static final String MODEL = "heart-disease";
    private static final int LARGE = 1_000_000;
    /** Exit code of a program that Ctrl-C ended: 128 and the signal's number; the JVM itself gives the same. */
    private static final int STOPPED = 130;

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration SETTLING = Duration.ofSeconds(15);

    private final DemoOptions options;
    private final PrintWriter out;
    private final TerminalLines lines = TerminalLines.detect();
    private final TrainingProfile profile;
    private final HeartDisease data = HeartDisease.load();
    private final AtomicLong countersigned = new AtomicLong();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    Demo(DemoOptions options, PrintWriter out) {
        this.options = options;
        this.out = out;
        this.profile = TrainingProfile.of(options.optimizer());
    }

    /** Runs to the end; returns the exit code. */
    int run() throws Exception {
        Path directory = freshDirectory();
        Thread hook = new Thread(this::interrupt, "demo-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return run(directory);
        } catch (Exception | LinkageError e) {
            // Once the JVM shuts down it takes no more shutdown hooks, and Kafka and Flink cannot start without theirs.
            if (stopping()) {
                return STOPPED;
            }
            throw e;
        } finally {
            closed.countDown();
        }
    }

    private int run(Path directory) throws Exception {
        phase("starting a Kafka broker (KRaft, loopback)");
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
                DemoFederation federation = new DemoFederation(directory, broker.bootstrap(), options.auditors())) {
            if (stopping()) {
                return STOPPED;
            }
            int changes = federation.topics();
            Workload workload = workload();
            Policy policy = federation.found(MODEL, workload, policy());
            if (stopping()) {
                return STOPPED;
            }
            phase("broker at " + broker.bootstrap() + ", " + changes
                    + " topics made; federation founded: ML-DSA-65 identities, ML-KEM-768 keys, policy signed");
            JobConfig job = JobConfig.of(federation.jobOptions(size() > LARGE ? 5000 : 400));
            try (LocalCluster cluster = LocalCluster.start(job, 2, directory.resolve("flink"))) {
                if (stopping()) {
                    return STOPPED;
                }
                phase("Flink job runs; its web interface is at " + cluster.webInterface());
                federation.startAgents();
                federation.startAuditors(this::audited);
                return train(directory, broker, federation, policy, workload, cluster);
            }
        }
    }

    private int train(
            Path directory,
            EmbeddedBroker broker,
            DemoFederation federation,
            Policy policy,
            Workload workload,
            LocalCluster cluster)
            throws Exception {
        List<String> silos =
                Arrays.stream(Hospital.values()).map(Hospital::id).sorted().toList();
        PartyDirectory aggregator = PartyDirectory.open(federation.party(DemoFederation.AGGREGATOR));
        Submissions submissions = new Submissions(directory.resolve("plain"));
        Map<Hospital, SiloTrainer> trainers = new EnumMap<>(Hospital.class);
        try (RunLog log = new RunLog(
                        broker.bootstrap(),
                        DemoFederation.NAME,
                        aggregator.authorityKey(),
                        silos,
                        !options.synthetic(),
                        this::fail);
                OpenedMeanCheck check = new OpenedMeanCheck(
                        broker.bootstrap(),
                        silos,
                        policy,
                        size(),
                        DemoFederation.AGGREGATOR,
                        aggregator.kemKey(1),
                        submissions,
                        log.facts())) {
            log.start();
            Optional<Published> zero = next(log);
            if (zero.isEmpty()) {
                return STOPPED;
            }
            Map<String, Double> initial = evaluate(log, zero.get());
            phase(silos.size() + " agents run, each a silo and a committee member (n = 4, t = 3); version 0 is out");
            long start = System.currentTimeMillis();
            FederationSettings.defaultPace().forEach((hospital, pace) -> {
                SiloTrainer trainer = new SiloTrainer(
                        hospital.id(),
                        federation.party(hospital.id()),
                        MODEL,
                        workload,
                        Duration.ofNanos((long) (pace * options.paceSeconds() * 1e9)),
                        submissions,
                        this::fail);
                trainers.put(hospital, trainer);
                trainer.start();
            });
            Timeline timeline =
                    new Timeline(submissions, log.facts(), new CommitteeSize(silos.size()).threshold(), size(), start);
            UpdateCount count = new UpdateCount();
            List<VersionSummary> versions = new ArrayList<>();
            while (versions.size() < options.versions()) {
                progress(versions.size());
                Optional<Published> published = next(log);
                if (published.isEmpty()) {
                    return STOPPED;
                }
                count.add(published.get());
                VersionSummary version = timeline.next(
                        published.get(),
                        evaluate(log, published.get()),
                        loss(published.get()),
                        check.largestError(published.get()));
                versions.add(version);
                out.print(lines.erase());
                out.println(lines.version(version));
                out.flush();
                if (options.failAt().isPresent() && options.failAt().getAsInt() == version.version()) {
                    out.println(lines.problem("killing Flink's task manager; the job resumes from its checkpoint"));
                    cluster.killTaskManager();
                }
            }
            double seconds = (System.currentTimeMillis() - start) / 1e3;
            long folded = count.inVersions();
            for (SiloTrainer trainer : trainers.values()) {
                trainer.close();
            }
            DemoResult result = new DemoResult(options, profile, policy, data, size());
            result.write(
                    out,
                    seconds,
                    initial,
                    versions,
                    check.wire(),
                    settle(count, submissions, log, federation),
                    log.facts().rejections(),
                    folded);
            tellAudited(versions.size());
            if (options.keep()) {
                phase("everything stays up until Ctrl-C; Flink's web interface is at " + cluster.webInterface());
                interrupted.await();
                return STOPPED;
            }
            return 0;
        } finally {
            for (SiloTrainer trainer : trainers.values()) {
                trainer.close();
            }
        }
    }

    /**
     * What became of all updates. The federation does not stop at the last version asked for: versions that it made meanwhile count, and
     * one that an agent knows of may not have reached this process yet.
     */
    private static RunSummary.Updates settle(
            UpdateCount count, Submissions submissions, RunLog log, DemoFederation federation)
            throws InterruptedException {
        long deadline = System.nanoTime() + SETTLING.toNanos();
        while (true) {
            for (Published later = log.published().poll(200, TimeUnit.MILLISECONDS);
                    later != null;
                    later = log.published().poll()) {
                count.add(later);
            }
            RunSummary.Updates updates =
                    count.total(submissions, log.facts(), submitted -> federation.party(submitted.silo()));
            if (updates.lost() == 0 || System.nanoTime() > deadline) {
                return updates;
            }
        }
    }

    /** A version that is wrong, or cannot be recomputed, ends the run: the hospitals would wait for ever. */
    private void audited(AuditOutcome outcome) {
        if (outcome instanceof AuditOutcome.Verified verified) {
            countersigned.set(verified.version());
        } else {
            fail(new IllegalStateException(outcome.line()));
        }
    }

    private void tellAudited(long version) throws Exception {
        if (options.auditors().isEmpty()) {
            return;
        }
        long deadline = System.nanoTime() + SETTLING.toNanos();
        while (countersigned.get() < version && failure.get() == null && System.nanoTime() < deadline) {
            if (interrupted.await(50, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
        if (failure.get() != null) {
            throw failure.get();
        }
        phase("the auditor made every version again from the log and countersigned 0 to " + countersigned.get());
    }

    private long size() {
        return options.parameters().orElse(LogisticRegression.PARAMETERS);
    }

    private Workload workload() {
        return options.synthetic()
                ? new SyntheticWorkload(Math.toIntExact(size()), profile.clip(), options.seed())
                : new HeartWorkload(data, profile.clientLearningRate(), options.seed());
    }

    private PolicyFile policy() {
        PolicyFile file = PolicyFile.defaults(Hospital.values().length)
                .set("minCohort", FederationSettings.MIN_COHORT)
                .set("maxCohort", Hospital.values().length)
                .set("bufferSize", options.buffer())
                .set("bufferAgeMillis", TimeUnit.MINUTES.toMillis(5))
                .set("clip", profile.clip())
                .set("weightRule", "examples")
                .set("examplesCap", FederationSettings.EXAMPLES_CAP)
                .set("stalenessExponent", FederationSettings.ALPHA)
                .set("optimizer", options.optimizer().code())
                .set("learningRate", profile.server().learningRate())
                .set("beta1", profile.server().beta1())
                .set("beta2", profile.server().beta2());
        options.auditors().forEach(auditor -> file.set("auditor", auditor));
        return profile.server().tau() > 0
                ? file.set("adaptivity", profile.server().tau())
                : file;
    }

    /** The next version; empty when Ctrl-C came first. */
    private Optional<Published> next(RunLog log) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (failure.get() != null) {
                throw failure.get();
            }
            Published published = log.published().poll(200, TimeUnit.MILLISECONDS);
            if (published != null) {
                return Optional.of(published);
            }
            if (stopping()) {
                return Optional.empty();
            }
        }
        throw new IOException(
                "no version within " + PATIENCE.toMinutes() + " minutes; see the log in " + options.out());
    }

    private Map<String, Double> evaluate(RunLog log, Published published) throws InterruptedException {
        if (options.synthetic()) {
            return Map.of();
        }
        Optional<byte[]> bytes = Optional.empty();
        while (bytes.isEmpty()) {
            bytes = log.parameters(
                    published.manifest().version(), published.manifest().shardCount());
            if (bytes.isEmpty() && interrupted.await(20, TimeUnit.MILLISECONDS)) {
                return Map.of();
            }
        }
        float[] parameters = new float[LogisticRegression.PARAMETERS];
        ByteBuffer.wrap(bytes.get())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(parameters);
        return HeartMethods.accuracy(data, parameters);
    }

    /** The opened sum of held-out losses over the cohort, as a mean: what the federation itself knows. */
    private static Double loss(Published published) {
        int cohort = published.manifest().cohort().size();
        return published.manifest().metrics().stream()
                .filter(metric -> metric.name().equals("loss"))
                .map(metric -> metric.sum() / cohort)
                .findFirst()
                .orElse(null);
    }

    private void progress(int done) {
        if (lines.ansi()) {
            out.print(lines.progress(done, options.versions(), "hospitals train, masked updates fold"));
            out.flush();
        }
    }

    private void phase(String text) {
        out.println(lines.phase(text));
        out.flush();
    }

    private void fail(Exception e) {
        failure.compareAndSet(null, e);
    }

    private boolean stopping() {
        return interrupted.getCount() == 0;
    }

    /** Ctrl-C: lets the run close what it opened, and waits for that. */
    private void interrupt() {
        if (closed.getCount() > 0) {
            out.print(lines.erase());
            phase("stopping: agents, Flink and the broker close; the run's data stays in " + options.out());
        }
        interrupted.countDown();
        try {
            closed.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path freshDirectory() throws IOException {
        Path directory = options.out().toAbsolutePath().resolve("run");
        if (Files.exists(directory)) {
            try (Stream<Path> old = Files.walk(directory)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        return Files.createDirectories(directory);
    }
}
