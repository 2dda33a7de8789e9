package org.silofold.demo.heart;

import java.util.List;
import java.util.Map;

/**
 * A version of the simulated run.
 *
 * @param version 0 for the initial model
 * @param time simulated time of its publication
 * @param parameters 14 values, read only
 * @param cohort the contributions in it, in order of arrival; empty for version 0
 * @param test its metrics on each hospital's test records
 */
@SuppressWarnings("ArrayRecordComponent") // read by tests and printed, never compared
public record ReferenceVersion(
        int version, double time, float[] parameters, List<Contribution> cohort, Map<Hospital, Evaluation> test) {
    /** Unweighted mean accuracy over the hospitals. */
    public double meanAccuracy() {
        return Baselines.meanAccuracy(test);
    }
}
