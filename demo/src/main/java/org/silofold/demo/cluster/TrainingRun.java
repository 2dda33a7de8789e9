package org.silofold.demo.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.silofold.demo.founding.Founding;
import org.silofold.demo.report.RunSummary;
import org.silofold.demo.train.Submissions;
import org.silofold.demo.train.Submitted;
import org.silofold.demo.train.Workload;
import org.silofold.demo.watch.Facts;
import org.silofold.demo.watch.OpenedMeanCheck;
import org.silofold.demo.watch.Published;
import org.silofold.demo.watch.RunLog;
import org.silofold.demo.watch.UpdateCount;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.registry.Policy;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.admin.Authority;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.UpdateStatus;

/**
 * All silos of a cluster train, and what comes of it is counted from the committed log. Not thread-safe but for the training itself. It
 * outlives the death of any part; what it asks of the log or of agents at its end needs them alive.
 */
public final class TrainingRun implements AutoCloseable {
    private static final Duration GLANCE = Duration.ofMillis(50);

    private final Cluster cluster;
    private final Submissions submissions;
    private final RunLog log;
    private final OpenedMeanCheck check;
    private final List<TrainingClient> clients = new ArrayList<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final UpdateCount count = new UpdateCount();
    private final Deque<Published> unchecked = new ArrayDeque<>();
    private final Map<UpdateId, Long> published = new HashMap<>();
    private final Map<String, Long> counted = new HashMap<>();
    private final Set<Long> versions = new TreeSet<>();
    private final int threshold;
    private long repeated;
    private double largestError;

    /**
     * @param cluster up, with its broker alive
     * @param pace how long a silo of this name takes to train
     */
    public TrainingRun(Cluster cluster, Function<String, Duration> pace) throws IOException {
        this.cluster = cluster;
        this.submissions = new Submissions(cluster.directory().plain());
        ClusterSpec spec = cluster.spec();
        this.threshold = spec.threshold();
        Workload workload = Startup.workload(spec);
        PartyDirectory aggregator = PartyDirectory.open(cluster.party(Founding.AGGREGATOR));
        this.log = new RunLog(
                cluster.bootstrap(), Names.FEDERATION, aggregator.authorityKey(), spec.siloNames(), false, this::fail);
        this.check = new OpenedMeanCheck(
                cluster.bootstrap(),
                spec.siloNames(),
                policy(cluster),
                spec.modelSize(),
                Founding.AGGREGATOR,
                aggregator.kemKey(1),
                submissions,
                log.facts());
        for (String silo : spec.siloNames()) {
            clients.add(
                    new TrainingClient(silo, cluster.party(silo), workload, pace.apply(silo), submissions, this::fail));
        }
    }

    /** The policy that the authority signed. */
    private static Policy policy(Cluster cluster) throws IOException {
        try (Authority authority = Authority.open(cluster.founding().authorityDirectory(), Clock.systemUTC())) {
            RegistryView view = new RegistryView(Names.FEDERATION, authority.verifyingKey());
            authority
                    .documents()
                    .forEach((key, document) -> view.apply(key.getBytes(StandardCharsets.UTF_8), document));
            return view.policy(Names.MODEL)
                    .orElseThrow(() -> new ClusterException(
                            cluster.directory().root() + ": no policy of " + Names.MODEL + " was signed"));
        }
    }

    private void fail(Exception e) {
        failure.compareAndSet(null, e);
    }

    /** Starts to train and to read the log. */
    public void start() {
        log.start();
        clients.forEach(TrainingClient::start);
    }

    /** What the log says so far beside versions. */
    public Facts facts() {
        return log.facts();
    }

    /** Every update that agents have of this cluster's training. */
    public Set<UpdateId> submitted() {
        return submissions.all().stream().map(Submitted::updateId).collect(Collectors.toSet());
    }

    /** Updates that are in a version that the log has. */
    public Set<UpdateId> inVersions() throws IOException {
        follow();
        return Set.copyOf(published.keySet());
    }

    /** How many updates of each silo are in the versions that the log has. */
    public Map<String, Long> counted() throws IOException {
        follow();
        return Map.copyOf(counted);
    }

    /** The newest version in the log, -1 if none was read. */
    public long version() throws IOException {
        follow();
        return versions.stream().mapToLong(Long::longValue).max().orElse(-1);
    }

    /** The newest version that any agent has verified; waits until the log was read that far. */
    public long versionWhenCaughtUp(Duration atMost) throws IOException, InterruptedException {
        long newest = 0;
        for (String silo : cluster.spec().siloNames()) {
            try (Silo connected = Silo.connect(cluster.party(silo))) {
                newest = Math.max(newest, connected.latestModel(Names.MODEL).version());
            }
        }
        awaitVersion(newest, atMost);
        return version();
    }

    /** Takes in what was read of the log. */
    private void follow() throws IOException {
        Exception failed = failure.get();
        if (failed != null) {
            throw new ClusterException("the training failed: " + failed, failed);
        }
        for (Published next = log.published().poll();
                next != null;
                next = log.published().poll()) {
            if (!versions.add(next.manifest().version())) {
                repeated++;
            }
            count.add(next);
            long version = next.manifest().version();
            next.manifest().cohort().forEach(ref -> {
                if (published.put(ref.updateId(), version) == null) {
                    counted.merge(ref.silo(), 1L, Long::sum);
                }
            });
            if (!next.manifest().cohort().isEmpty()) {
                unchecked.add(next);
            }
        }
    }

    /** A condition on this run. */
    public interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /**
     * Waits.
     *
     * @param what is waited for, in words
     * @throws ClusterException if it is not so in time
     */
    public void await(String what, Duration atMost, Condition condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new ClusterException("not within " + atMost.toSeconds() + " s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(GLANCE.toMillis());
        }
    }

    /** Waits for a version in the log. */
    public void awaitVersion(long version, Duration atMost) throws IOException, InterruptedException {
        await("version " + version, atMost, () -> version() >= version);
    }

    /**
     * Those of these updates of which nobody knows yet what becomes: neither in a version of the log nor told its silo's agent that it ended.
     * Needs every agent alive.
     */
    public Set<UpdateId> undecided(Set<UpdateId> of) throws IOException {
        follow();
        Set<UpdateId> undecided = new HashSet<>();
        for (String silo : cluster.spec().siloNames()) {
            Set<UpdateId> open = submissions.all().stream()
                    .filter(submitted -> submitted.silo().equals(silo))
                    .map(Submitted::updateId)
                    .filter(id -> of.contains(id) && !published.containsKey(id))
                    .collect(Collectors.toSet());
            if (open.isEmpty()) {
                continue;
            }
            try (Silo connected = Silo.connect(cluster.party(silo))) {
                Map<UpdateId, UpdateStatus.State> states = states(connected);
                open.stream()
                        .filter(id -> !states.containsKey(id) || !ended(states.get(id)))
                        .forEach(undecided::add);
            }
        }
        return undecided;
    }

    private static boolean ended(UpdateStatus.State state) {
        return state.isFinal() && state != UpdateStatus.State.IN_VERSION;
    }

    /** Stops the training; the log is still read. */
    public void stopTraining() {
        clients.forEach(TrainingClient::close);
    }

    /**
     * What became of all updates so far. A version that an agent knows already may not have been read here yet: what seems lost has this long
     * to turn up. Needs every agent alive.
     */
    public RunSummary.Updates updates(Duration settling) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + settling.toNanos();
        while (true) {
            follow();
            RunSummary.Updates updates =
                    count.total(submissions, log.facts(), submitted -> cluster.party(submitted.silo()));
            if (updates.lost() == 0 || System.nanoTime() - deadline > 0) {
                return updates;
            }
            TimeUnit.MILLISECONDS.sleep(GLANCE.toMillis());
        }
    }

    /** Updates that ended outside a version, by the reason that their silo was told. Needs every agent alive. */
    public SortedMap<String, Long> endings() {
        SortedMap<String, Long> endings = new TreeMap<>();
        for (String silo : cluster.spec().siloNames()) {
            try (Silo connected = Silo.connect(cluster.party(silo))) {
                for (UpdateStatus update : connected.updates()) {
                    if (ended(update.state())) {
                        String reason = update.reason().map(Reason::code).orElse("");
                        endings.merge((update.state().code() + " " + reason).strip(), 1L, Long::sum);
                    }
                }
            }
        }
        return endings;
    }

    /** The newest version in the log with an update of this silo, -1 if there is none. */
    public long newestVersionWith(String silo) throws IOException {
        follow();
        return submissions.all().stream()
                .filter(submitted -> submitted.silo().equals(silo))
                .mapToLong(submitted -> published.getOrDefault(submitted.updateId(), -1L))
                .max()
                .orElse(-1);
    }

    /** What became of each silo's updates. Needs every agent alive. */
    public List<SiloCount> silos() throws IOException {
        follow();
        List<SiloCount> counts = new ArrayList<>();
        for (String silo : cluster.spec().siloNames()) {
            SiloCount count = SiloCount.none(silo);
            try (Silo connected = Silo.connect(cluster.party(silo))) {
                Map<UpdateId, UpdateStatus.State> states = states(connected);
                for (Submitted submitted : submissions.all()) {
                    if (submitted.silo().equals(silo)) {
                        UpdateId id = submitted.updateId();
                        count = published.containsKey(id)
                                ? count.inVersion(published.get(id) - 1 - submitted.baseVersion())
                                : count.outside(states.containsKey(id) && ended(states.get(id)));
                    }
                }
            }
            counts.add(count);
        }
        return counts;
    }

    private static Map<UpdateId, UpdateStatus.State> states(Silo silo) {
        return silo.updates().stream().collect(Collectors.toMap(UpdateStatus::updateId, UpdateStatus::state));
    }

    /** Versions of which the log has more than one manifest; must be 0. */
    public long repeatedVersions() throws IOException {
        follow();
        return repeated;
    }

    /** Versions between 0 and the newest that the log does not have; must be empty. */
    public Set<Long> missingVersions() throws IOException {
        Set<Long> missing = new TreeSet<>();
        for (long version = 0; version <= version(); version++) {
            if (!versions.contains(version)) {
                missing.add(version);
            }
        }
        return missing;
    }

    /**
     * The largest |opened mean - plain mean| of any parameter of any version so far, in units of the clip. Needs the broker alive and the
     * training stopped.
     */
    public double largestError() throws IOException {
        follow();
        while (!unchecked.isEmpty()) {
            largestError = Math.max(largestError, check.largestError(unchecked.remove()));
        }
        return largestError;
    }

    /** The largest such error of the versions that were compared by now. */
    public double largestErrorSoFar() {
        return largestError;
    }

    /**
     * Compares, meanwhile, those versions of which all is known by now; a long run keeps less in memory so. Needs the broker alive.
     */
    public void compareSoFar() throws IOException {
        follow();
        while (!unchecked.isEmpty() && isWhole(unchecked.peek())) {
            largestError = Math.max(largestError, check.largestError(unchecked.remove()));
        }
    }

    private boolean isWhole(Published version) {
        return version.manifest().cohort().stream()
                        .allMatch(ref -> submissions.get(ref.updateId()).isPresent()
                                && log.facts().manifest(ref.updateId()).isPresent())
                && log.facts().responses(version.cohortDigest()).size() >= threshold;
    }

    @Override
    public void close() {
        stopTraining();
        log.close();
        check.close();
    }
}
