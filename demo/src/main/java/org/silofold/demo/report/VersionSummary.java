package org.silofold.demo.report;

import java.util.List;
import java.util.Map;

/**
 * One published version.
 *
 * @param version from 1
 * @param secondsSinceStart when it was published
 * @param cohort whose updates it holds
 * @param accuracy on each hospital's test records, 0 to 1; empty for synthetic parameters
 * @param loss mean held-out loss in nats over the hospitals; null for synthetic parameters
 * @param errorOverClip largest |opened mean - plain mean| / clip of any parameter
 * @param steps where its time went
 * @param updatesPerSecond updates of this version over the time since the version before it
 * @param parametersPerSecond masked parameters likewise
 */
public record VersionSummary(
        int version,
        double secondsSinceStart,
        List<Member> cohort,
        Map<String, Double> accuracy,
        Double loss,
        double errorOverClip,
        StepSeconds steps,
        double updatesPerSecond,
        double parametersPerSecond) {

    public VersionSummary {
        cohort = List.copyOf(cohort);
        accuracy = Ordered.copy(accuracy);
    }

    /**
     * A hospital's update in a version.
     *
     * @param hospital its id
     * @param staleness versions published between its base and its sending, at least 0
     */
    public record Member(String hospital, int staleness) {}

    /** Unweighted mean accuracy, NaN for synthetic parameters. */
    double mean() {
        return accuracy.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
    }
}
