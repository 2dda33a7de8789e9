package org.silofold.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.demo.heart.Hospital;
import org.silofold.demo.local.EmbeddedBroker;
import org.silofold.demo.local.LocalCluster;
import org.silofold.demo.report.RunSummary;
import org.silofold.demo.train.SiloTrainer;
import org.silofold.demo.train.Submissions;
import org.silofold.demo.train.SyntheticWorkload;
import org.silofold.demo.train.Workload;
import org.silofold.demo.watch.Published;
import org.silofold.demo.watch.RunLog;
import org.silofold.demo.watch.UpdateCount;
import org.silofold.job.Uids;
import org.silofold.job.config.JobConfig;
import org.silofold.job.config.JobOption;
import org.silofold.job.coordinate.AuditEvents;
import org.silofold.job.event.ShardPlace;
import org.silofold.job.fold.FoldText;
import org.silofold.job.publish.PublishEvents;
import org.silofold.job.savepoint.StoredSavepoint;
import org.silofold.protocol.message.AuditEntry;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.sdk.AgentStatus;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.verify.HistoryCheck;
import org.silofold.silo.verify.LogCheck;
import org.silofold.silo.verify.ModelSummary;
import org.silofold.silo.verify.Report;
import org.silofold.silo.verify.ReportText;

/** A whole federation whose job goes back to an old savepoint, although it has said more since: the log wins, and training goes on. */
@Timeout(value = 400, unit = TimeUnit.SECONDS)
class RestoreTest {
    private static final String MODEL = "synthetic";
    private static final int PARAMETERS_OF_A_SHARD = 96 * 2048;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<String> SILOS =
            Arrays.stream(Hospital.values()).map(Hospital::id).sorted().toList();

    @TempDir
    Path directory;

    private Workload workload = new SyntheticWorkload(64, 1, 7);
    private final UpdateCount count = new UpdateCount();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final List<SiloTrainer> trainers = new ArrayList<>();
    private EmbeddedBroker broker;
    private DemoFederation federation;
    private Submissions submissions;
    private AggregatorLog own;
    private RunLog log;
    private int clusters;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
        federation = new DemoFederation(directory.resolve("federation"), broker.bootstrap(), List.of());
        submissions = new Submissions(directory.resolve("plain"));
    }

    private void found(PolicyFile policy) throws Exception {
        federation.topics();
        federation.found(MODEL, workload, policy);
        PartyDirectory aggregator = PartyDirectory.open(federation.party(DemoFederation.AGGREGATOR));
        own = new AggregatorLog(broker.bootstrap(), aggregator.identityKey().verifyingKey());
        log = new RunLog(broker.bootstrap(), DemoFederation.NAME, aggregator.authorityKey(), SILOS, false, this::fail);
        log.start();
    }

    @AfterEach
    void stop() {
        rest();
        if (log != null) {
            log.close();
            own.close();
        }
        federation.close();
        broker.close();
    }

    private void fail(Exception e) {
        failure.compareAndSet(null, e);
    }

    private void train(int hospitals) {
        for (Hospital hospital : List.of(Hospital.values()).subList(0, hospitals)) {
            SiloTrainer trainer = new SiloTrainer(
                    hospital.id(),
                    federation.party(hospital.id()),
                    MODEL,
                    workload,
                    Duration.ofMillis(100),
                    submissions,
                    this::fail);
            trainers.add(trainer);
            trainer.start();
        }
    }

    private void rest() {
        trainers.forEach(SiloTrainer::close);
        trainers.clear();
    }

    private JobConfig config(int parallelism) throws Exception {
        Map<String, String> options = federation.jobOptions(400);
        options.put(JobOption.PARALLELISM.key(), Integer.toString(parallelism));
        return JobConfig.of(options);
    }

    private LocalCluster fresh() throws Exception {
        return LocalCluster.start(config(2), 2, directory.resolve("flink-" + clusters++));
    }

    private LocalCluster from(String savepoint) throws Exception {
        return from(savepoint, 2);
    }

    private LocalCluster from(String savepoint, int parallelism) throws Exception {
        return LocalCluster.restore(
                config(parallelism), parallelism, directory.resolve("flink-" + clusters++), savepoint);
    }

    private void until(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(failure.get()).isNull();
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            own.read();
        }
    }

    private void untilVersion(LocalCluster cluster, long version) {
        until("version " + version, () -> {
            assertThat(cluster.status().isTerminalState()).isFalse();
            return own.version() >= version;
        });
    }

    /** What every log must show, whatever the job went through. */
    private void holds(long atLeast) throws Exception {
        until("all updates are accounted for", () -> settled().lost() == 0);
        assertThat(settled().twice()).isZero();
        assertThat(settled().inVersions()).isGreaterThanOrEqualTo(3 * atLeast);
        assertThat(own.all(ModelManifest.class).stream().map(ModelManifest::version))
                .as("one manifest a version")
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(0, own.version()).boxed().toList());
        assertThat(own.version()).isGreaterThanOrEqualTo(atLeast);
        List<AggregatorLog.Put> put = own.all(UnmaskRequest.class).stream()
                .map(AggregatorLog.Put::of)
                .distinct()
                .toList();
        assertThat(put.stream().map(AggregatorLog.Put::buffer))
                .as("one cohort for a version and attempt")
                .doesNotHaveDuplicates();
        assertThat(own.audited(AuditEvents.CONFLICT_IN_LOG)).isEmpty();
        assertThat(own.audited(PublishEvents.DIFFERS)).isEmpty();
        assertThat(own.audited(PublishEvents.WRONG_ROOT)).isEmpty();
        assertThat(log.facts().rejections()).isEmpty();
        theLogVerifies();
        for (String silo : SILOS) {
            try (Silo agent = Silo.connect(federation.party(silo))) {
                assertThat(agent.agentStatus().components())
                        .as(silo)
                        .isNotEmpty()
                        .allMatch(AgentStatus.Component::healthy);
            }
        }
    }

    /** From the log alone, with the aggregator's key: what any auditor would find. */
    private void theLogVerifies() throws Exception {
        PartyDirectory aggregator = PartyDirectory.open(federation.party(DemoFederation.AGGREGATOR));
        Report report =
                LogCheck.run(LogCheck.Settings.of(aggregator, Optional.of(aggregator), HistoryCheck.Mode.RUNNING));
        assertThat(report.findings())
                .as(String.join("\n", ReportText.lines(report)))
                .isEmpty();
        assertThat(report.exitCode()).isEqualTo(Report.RIGHT);
        ModelSummary model = report.models().get(0);
        assertThat(model.versions()).isGreaterThan(own.version()).isEqualTo(model.recomputed());
        assertThat(model.updates().inVersions()).isGreaterThanOrEqualTo(3 * own.version());
        assertThat(model.updates().lost() + model.updates().twice()).isZero();
    }

    private void madeAgain(long... versions) {
        assertThat(own.audited(PublishEvents.RECOMPUTED).stream()
                        .map(entry -> Long.parseLong(entry.details().get("version"))))
                .contains(Arrays.stream(versions).boxed().toArray(Long[]::new));
    }

    private RunSummary.Updates settled() {
        for (Published next = log.published().poll();
                next != null;
                next = log.published().poll()) {
            count.add(next);
        }
        return count.total(submissions, log.facts(), submitted -> federation.party(submitted.silo()));
    }

    @Test
    void fromAnOldSavepointTheJobAdoptsItsLogAndGoesOn() throws Exception {
        found(PolicyFile.defaults(SILOS.size()).set("clip", 1.0));
        String savepoint;
        try (LocalCluster cluster = fresh()) {
            federation.startAgents();
            train(4);
            untilVersion(cluster, 2);
            savepoint = cluster.stopWithSavepoint(directory.resolve("savepoints"));
        }
        until(
                "what the savepoint committed",
                () -> own.audited(AuditEvents.STARTED).size() == 1);
        long restoredAt = own.version();
        try (LocalCluster cluster = from(savepoint)) {
            untilVersion(cluster, restoredAt + 2);
        }
        long before = own.version();
        try (LocalCluster cluster = from(savepoint)) {
            untilVersion(cluster, before + 2);
            rest();
            holds(before + 2);
            madeAgain(restoredAt + 1, restoredAt + 2);
        }
        assertThat(own.audited(AuditEvents.LOG_READ)).hasSize(3);
    }

    /** The savepoint holds a request that nobody has answered: while its cohort waits, every agent is down. */
    @Test
    void fromASavepointBetweenRequestAndVoteTheCohortIsTheSame() throws Exception {
        found(PolicyFile.defaults(SILOS.size())
                .set("clip", 1.0)
                .set("bufferSize", 4)
                .set("bufferAgeMillis", 8_000));
        String savepoint;
        try (LocalCluster cluster = fresh()) {
            federation.startAgents();
            train(3);
            untilVersion(cluster, 1);
            until("three more updates wait in the buffer", () -> log.facts().count(UpdateFate.Kind.ACCEPTED) == 6);
            rest();
            federation.close();
            until("the request", () -> own.all(UnmaskRequest.class).stream()
                    .anyMatch(request -> request.buffer().version() == 2));
            savepoint = cluster.stopWithSavepoint(directory.resolve("savepoints"));
        }
        assertThat(own.version()).isEqualTo(1);
        assertThat(own.audited(AuditEvents.COHORT_CERTIFIED).stream()
                        .map(entry -> entry.details().get("version")))
                .as("unanswered when the savepoint was taken")
                .containsExactly("1");
        federation.startAgents();
        try (LocalCluster cluster = from(savepoint)) {
            for (Hospital hospital : Hospital.values()) {
                try (Silo silo = Silo.connect(federation.party(hospital.id()))) {
                    assertThat(silo.awaitModel(MODEL, 1, PATIENCE)).isPresent();
                }
            }
            train(3);
            untilVersion(cluster, 3);
        }
        long before = own.version();
        try (LocalCluster cluster = from(savepoint)) {
            untilVersion(cluster, before + 2);
            rest();
            holds(before + 2);
            madeAgain(2, 3);
        }
        assertThat(own.audited(AuditEvents.COHORT_ADOPTED).stream().map(AuditEntry::event))
                .isNotEmpty();
    }

    /** Four shards, three of them whole, go from two instances to four and back; each time three updates wait in the buffer. */
    @Test
    void rescaledWhileUpdatesWaitNoneIsLostOrCountedTwice() throws Exception {
        workload = new SyntheticWorkload(3 * PARAMETERS_OF_A_SHARD + 5, 1, 7);
        assertThat(IntStream.range(0, 4).filter(shard -> instance(shard, 2) != instance(shard, 4)))
                .as("shards that another instance has after it")
                .isNotEmpty();
        found(PolicyFile.defaults(SILOS.size())
                .set("clip", 1.0)
                .set("bufferSize", 4)
                .set("bufferAgeMillis", 8_000));
        String savepoint;
        try (LocalCluster cluster = fresh()) {
            federation.startAgents();
            train(3);
            savepoint = stopWhileUpdatesWait(cluster, 1);
        }
        try (LocalCluster cluster = from(savepoint, 4)) {
            savepoint = stopWhileUpdatesWait(cluster, 2);
        }
        try (LocalCluster cluster = from(savepoint, 2)) {
            untilVersion(cluster, 4);
            rest();
            holds(4);
        }
        assertThat(own.audited(PublishEvents.RECOMPUTED)).isEmpty();
    }

    private String stopWhileUpdatesWait(LocalCluster cluster, long version) throws Exception {
        untilVersion(cluster, version);
        until(
                "three more updates wait in the buffer",
                () -> log.facts().count(UpdateFate.Kind.ACCEPTED) >= 3 * (version + 1));
        String savepoint = cluster.stopWithSavepoint(directory.resolve("savepoints"));
        assertThat(FoldText.lines(new StoredSavepoint(Path.of(URI.create(savepoint))).ofOneInstance(Uids.FOLD)))
                .as("what the savepoint holds of them, in each shard")
                .filteredOn(line -> line.startsWith("staged ") && line.contains(" bytes "))
                .hasSize(3 * 4);
        return savepoint;
    }

    private static int instance(int shard, int parallelism) {
        int keyGroups = Integer.parseInt(JobOption.MAX_PARALLELISM.byDefault().orElseThrow());
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                new ShardPlace(MODEL, shard), keyGroups, parallelism);
    }
}
