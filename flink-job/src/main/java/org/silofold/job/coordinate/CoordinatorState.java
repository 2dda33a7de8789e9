package org.silofold.job.coordinate;

import java.util.Collections;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.event.LotKey;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;

/** All that the coordinator of one model holds. Changed by {@link Coordinator} alone, kept as bytes by {@link StateCodec}. */
public final class CoordinatorState {
    private Optional<ModelRegistry> registry = Optional.empty();
    private long arrivals;
    private long accumulators;
    private final SortedMap<UpdateKey, TrackedUpdate> updates = new TreeMap<>();
    private final EndedUpdates ended = new EndedUpdates();
    private final SortedMap<String, Long> newestSequences = new TreeMap<>();
    private OpenBuffer open = new OpenBuffer(0);
    private Optional<InFlight> inFlight = Optional.empty();
    private String start = "";
    private Optional<LotKey> lotKey = Optional.empty();
    private Optional<FenceRule.Pending> fence = Optional.empty();
    private Optional<Silence.Wait> silence = Optional.empty();
    private boolean told;
    private OptionalLong published = OptionalLong.empty();
    private Optional<Context> publishedContext = Optional.empty();
    private final SortedMap<Long, Digest> versionDigests = new TreeMap<>();
    private final SortedMap<Buffer, Digest> requested = new TreeMap<>(LogBook.BUFFER_ORDER);
    private final SortedMap<Digest, Abandonment> abandonments = new TreeMap<>();
    private final SortedMap<String, Integer> strikes = new TreeMap<>();
    private final Suspicions suspicions = new Suspicions();
    private final Voids voids = new Voids();
    private final LogBook log = new LogBook();
    private final EarlyAnswers early = new EarlyAnswers();

    /** The newest version published, as read back from the log. */
    public OptionalLong publishedVersion() {
        return published;
    }

    /** How many updates have not ended. */
    public int liveUpdates() {
        return updates.size();
    }

    Optional<ModelRegistry> registry() {
        return registry;
    }

    void setRegistry(ModelRegistry value) {
        registry = Optional.of(value);
    }

    /** How many updates were ever seen; the next one's place in that order. */
    long arrivals() {
        return arrivals;
    }

    long nextArrival() {
        return arrivals++;
    }

    /** The newest accumulator's number. */
    long accumulators() {
        return accumulators;
    }

    long nextAccumulator() {
        return ++accumulators;
    }

    void setCounters(long newArrivals, long newAccumulators) {
        arrivals = newArrivals;
        accumulators = newAccumulators;
    }

    /** Updates that have not ended. */
    SortedMap<UpdateKey, TrackedUpdate> updates() {
        return updates;
    }

    EndedUpdates ended() {
        return ended;
    }

    /** The largest sequence that a manifest of each silo carried. */
    SortedMap<String, Long> newestSequences() {
        return newestSequences;
    }

    OpenBuffer open() {
        return open;
    }

    void setOpen(OpenBuffer value) {
        open = value;
    }

    Optional<InFlight> inFlight() {
        return inFlight;
    }

    void setInFlight(Optional<InFlight> value) {
        inFlight = value;
    }

    /** Id of the newest start; empty before the first. */
    String start() {
        return start;
    }

    void setStart(String startId) {
        start = startId;
    }

    /** What the newest start draws lots with; empty before the first. */
    Optional<LotKey> lotKey() {
        return lotKey;
    }

    void setLotKey(LotKey key) {
        lotKey = Optional.of(key);
    }

    /** The start whose fences have not been read back; empty once they have: then the log is known. */
    Optional<FenceRule.Pending> fence() {
        return fence;
    }

    void setFence(Optional<FenceRule.Pending> value) {
        fence = value;
    }

    /** What is waited for to be read back, and how long; empty if nothing is. */
    Optional<Silence.Wait> silence() {
        return silence;
    }

    void setWait(Optional<Silence.Wait> value) {
        silence = value;
    }

    /** Whether anything was told since the log was last read to a start that the job does not read back: a final fate, a version's shards. */
    boolean hasTold() {
        return told;
    }

    void setTold(boolean value) {
        told = value;
    }

    /** Whether the log holds, or may hold, versions that the state has not come to. */
    boolean isBehind() {
        return fence.isPresent() || !log.manifests().isEmpty();
    }

    void setPublished(long version) {
        published = OptionalLong.of(version);
    }

    /** The context of the newest version's manifest; empty before version 0, and in a state from before it was kept. */
    Optional<Context> publishedContext() {
        return publishedContext;
    }

    void setPublishedContext(Optional<Context> context) {
        publishedContext = context;
    }

    /** Manifest digests of the newest versions. */
    SortedMap<Long, Digest> versionDigests() {
        return versionDigests;
    }

    /** Cohort digests of every attempt made at a version that is not published, by buffer. */
    SortedMap<Buffer, Digest> requested() {
        return requested;
    }

    /** What proves a cohort abandoned, by its digest, while an update that was in it lives. */
    SortedMap<Digest, Abandonment> abandonments() {
        return abandonments;
    }

    /** Members' standing: how often each failed to answer a certificate, or answered it wrongly. */
    SortedMap<String, Integer> strikes() {
        return strikes;
    }

    Suspicions suspicions() {
        return suspicions;
    }

    /** For each silo that was in a broken cohort, how often, less the cohorts with it that opened well since. */
    public SortedMap<String, Integer> suspected() {
        return Collections.unmodifiableSortedMap(suspicions.counts());
    }

    Voids voids() {
        return voids;
    }

    LogBook log() {
        return log;
    }

    EarlyAnswers early() {
        return early;
    }
}
