package org.silofold.job.metrics;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.silofold.protocol.reason.Reason;

/**
 * The job's metrics, in the group {@value #GROUP} of each operator. Made in {@code open}; for the operator's own thread.
 *
 * <p>Times are in microseconds where the name ends in {@code Micros}, in milliseconds where it ends in {@code Millis}, over the last
 * {@value #WINDOW} values.
 */
public final class JobMetrics {
    /** The group that all names are in. */
    public static final String GROUP = "silofold";
    /** Records that passed every check, by kind (group {@code kind}). */
    public static final String ACCEPTED = "accepted";
    /** Records turned away, by reason (group {@code reason}). */
    public static final String REJECTED = "rejected";
    /** Exact duplicates, ignored. */
    public static final String DUPLICATES = "duplicates";
    /** Records put aside until the registry knows their sender. */
    public static final String PARKED = "parked";
    /** Time to verify, open and check one record. */
    public static final String VERIFY_MICROS = "verifyMicros";
    /** Shards added to a sum. */
    public static final String FOLDED = "folded";
    /** Parameters added to sums. */
    public static final String PARAMETERS_FOLDED = "parametersFolded";
    /** Time to unmask a shard and step its parameters. */
    public static final String STEP_MICROS = "stepMicros";
    /** Sums beyond what a cohort can sum to. */
    public static final String OUT_OF_BOUNDS = "outOfBounds";
    /** From the first update's joining a buffer to the buffer's closing. */
    public static final String BUFFER_AGE_MILLIS = "bufferAgeMillis";
    /** From a request to each response. */
    public static final String RESPONSE_MILLIS = "responseMillis";
    /** Requests made. */
    public static final String REQUESTS = "requests";
    /** Fates told, by kind (group {@code fate}). */
    public static final String FATES = "fates";
    /** The newest version, by model (group {@code model}). */
    public static final String VERSION = "version";

    /** 1 once the model stands still, since what its log holds did not come out again, by model (group {@code model}): alarm on it. */
    public static final String HALTED = "halted";

    /** How often a silo was in a broken cohort, less the cohorts with it that opened well since, by silo (group {@code silo}). */
    public static final String SUSPICION = "suspicion";

    /** Values that a histogram remembers. */
    public static final int WINDOW = 1024;

    private final MetricGroup group;
    private final Map<Reason, Counter> rejected = new EnumMap<>(Reason.class);
    private final Map<String, Counter> counters = new HashMap<>();
    private final Map<String, Histogram> histograms = new HashMap<>();
    private final Map<String, AtomicLong> levels = new HashMap<>();

    /**
     * @param operator the operator's own group
     */
    public JobMetrics(MetricGroup operator) {
        this.group = operator.addGroup(GROUP);
    }

    /** One more. */
    public void count(String name) {
        count(name, 1);
    }

    /** So many more. */
    public void count(String name, long more) {
        counters.computeIfAbsent(name, group::counter).inc(more);
    }

    /** One more of this kind. */
    public void count(String name, String kindName, String kind) {
        counters.computeIfAbsent(
                        name + "/" + kind, key -> group.addGroup(kindName, kind).counter(name))
                .inc();
    }

    /** One more record turned away for this reason. */
    public void rejected(Reason reason) {
        rejected.computeIfAbsent(reason, r -> group.addGroup("reason", r.code()).counter(REJECTED))
                .inc();
    }

    /** One more value of a histogram. */
    public void observe(String name, long value) {
        histograms
                .computeIfAbsent(name, key -> group.histogram(key, new DescriptiveStatisticsHistogram(WINDOW)))
                .update(value);
    }

    /** The time since {@code System.nanoTime()} was {@code sinceNanos}, in microseconds. */
    public void observeMicros(String name, long sinceNanos) {
        observe(name, (System.nanoTime() - sinceNanos) / 1000);
    }

    /** The newest version of a model. */
    public void version(String model, long version) {
        level(VERSION, "model", model, version);
    }

    /** What something of this kind is at now. */
    public void level(String name, String kindName, String kind, long value) {
        levels.computeIfAbsent(name + "/" + kind, key -> {
                    AtomicLong level = new AtomicLong(value);
                    group.addGroup(kindName, kind).gauge(name, (Gauge<Long>) level::get);
                    return level;
                })
                .set(value);
    }
}
