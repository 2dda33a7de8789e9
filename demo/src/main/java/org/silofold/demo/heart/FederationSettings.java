package org.silofold.demo.heart;

import java.util.EnumMap;
import java.util.Map;
import org.silofold.protocol.optimize.OptimizerKind;

/**
 * One federated run: the rules of the buffer and the weights, the training, and how fast each hospital is.
 *
 * @param profile server optimiser, client learning rate, clip
 * @param versions to publish after version 0
 * @param buffer updates that close a buffer
 * @param minCohort fewest updates with which a buffer closes at its age, at most {@code buffer}
 * @param maxBufferAge simulated time after which a buffer may close short; infinite for never
 * @param publishDelay simulated time from closing a buffer to its version
 * @param alpha exponent of the staleness discount (1 + staleness)^-alpha, at least 0
 * @param examplesCap examples that earn the full weight; min(n, cap) / cap
 * @param pace simulated time each hospital takes for its local steps
 * @param seed of the initial model and of every shuffling
 */
public record FederationSettings(
        TrainingProfile profile,
        int versions,
        int buffer,
        int minCohort,
        double maxBufferAge,
        double publishDelay,
        double alpha,
        int examplesCap,
        Map<Hospital, Double> pace,
        long seed) {

    /** The demo's default {@code --versions}: with 3 updates each, the benchmark's budget of 15 rounds of 4 hospitals. */
    public static final int VERSIONS = 20;
    /** The demo's default {@code --buffer}. */
    public static final int BUFFER = 3;
    /** The demo's minimum cohort. */
    public static final int MIN_COHORT = 3;
    /** Exponent of the staleness discount. */
    public static final double ALPHA = 0.5;
    /**
     * Examples that earn the full weight. Near the smallest hospital's 30 train records, so that hospitals count much the
     * same: with fast large hospitals in every version, weights by size leave the slow and small ones behind.
     */
    public static final int EXAMPLES_CAP = 40;
    /** Simulated time from closing a buffer to its version. */
    public static final double PUBLISH_DELAY = 0.5;

    public FederationSettings {
        if (minCohort < 1 || buffer < minCohort || buffer > Hospital.values().length) {
            throw new IllegalArgumentException(
                    "need 1 <= minCohort <= buffer <= hospitals, have minCohort " + minCohort + ", buffer " + buffer);
        }
        pace = Map.copyOf(pace);
    }

    /** The demo's defaults for an optimiser; buffers close at {@link #BUFFER} updates only. */
    public static FederationSettings defaults(OptimizerKind kind, long seed) {
        return new FederationSettings(
                TrainingProfile.of(kind),
                VERSIONS,
                BUFFER,
                MIN_COHORT,
                Double.POSITIVE_INFINITY,
                PUBLISH_DELAY,
                ALPHA,
                EXAMPLES_CAP,
                defaultPace(),
                seed);
    }

    /** 1, 1.5, 2 and 10 in the hospitals' order: the slowest takes ten times the fastest's time. */
    public static Map<Hospital, Double> defaultPace() {
        Map<Hospital, Double> pace = new EnumMap<>(Hospital.class);
        pace.put(Hospital.CLEVELAND, 1.0);
        pace.put(Hospital.HUNGARIAN, 1.5);
        pace.put(Hospital.SWITZERLAND, 2.0);
        pace.put(Hospital.VA, 10.0);
        return pace;
    }

    /** Weight of an update: min(n, cap) / cap * (1 + staleness)^-alpha. */
    public double weight(int examples, int staleness) {
        return Math.min(examples, examplesCap) / (double) examplesCap * Math.pow(1.0 + staleness, -alpha);
    }

    public FederationSettings withVersions(int count) {
        return new FederationSettings(
                profile, count, buffer, minCohort, maxBufferAge, publishDelay, alpha, examplesCap, pace, seed);
    }

    public FederationSettings withBuffer(int size) {
        return new FederationSettings(
                profile, versions, size, minCohort, maxBufferAge, publishDelay, alpha, examplesCap, pace, seed);
    }

    public FederationSettings withProfile(TrainingProfile other) {
        return new FederationSettings(
                other, versions, buffer, minCohort, maxBufferAge, publishDelay, alpha, examplesCap, pace, seed);
    }

    public FederationSettings withExamplesCap(int cap) {
        return new FederationSettings(
                profile, versions, buffer, minCohort, maxBufferAge, publishDelay, alpha, cap, pace, seed);
    }
}
