package org.silofold.protocol.registry;

import java.util.List;
import java.util.Optional;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.params.Weighting;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * A model's policy: the rules that silos, members and aggregator enforce, each from its own copy of the registry.
 *
 * @param context the context; names the model
 * @param sequence monotonic by model
 * @param collusionBound x: organisations of a cohort that may pool what they know with the aggregator
 * @param minCohort fewest organisations in a cohort, at least x + 2
 * @param maxCohort most updates in a cohort; sizes the encoding
 * @param bufferSize updates at which a buffer closes, from minCohort to maxCohort
 * @param bufferAgeMillis age at which a buffer with at least minCohort updates closes
 * @param minSameBase fewest organisations of a cohort for each base version in it
 * @param slack members beyond t that must have accepted every update of a cohort, 0..f: docs/protocol.md, 6.1.2
 * @param extraResponses consistent responses beyond t that the aggregator waits for
 * @param stalenessBound most versions between an update's base and the version it joins
 * @param expiryMillis life of an update, at most {@value #MAX_EXPIRY_MILLIS}: members take a manifest in up to twice that before its end, and what
 *     they said of it must stay on the log until then
 * @param voteTimeoutMillis how long the aggregator waits for votes
 * @param responseTimeoutMillis how long the aggregator waits for responses
 * @param maxInFlight a silo's updates that the aggregator stages at once
 * @param suites wire texts of the suites allowed
 * @param parameterSet name of the mask's parameter set
 * @param clip C: each value of a delta is clipped to [-C, C]
 * @param weightRule code of the weight rule: examples or uniform
 * @param examplesCap examples at which a silo's weight is 1
 * @param stalenessExponent alpha in (1 + tau)^-alpha
 * @param minWeight smallest weight
 * @param optimizer code of the server optimiser
 * @param learningRate server learning rate
 * @param beta1 first-moment decay, or the momentum of FedAvgM
 * @param beta2 second-moment decay
 * @param adaptivity tau of the adaptive optimisers, added to the root of the second moment
 * @param maxVoids void versions that the authority may sign since the last version that was opened, 0 to {@value #MAX_VOIDS}
 * @param auditor name of the auditor whose countersignature silos demand before they train on a version; empty for none
 * @param privacy the differential privacy that every silo's update must have; empty for none. With it every weight is 1
 */
public record Policy(
        Context context,
        long sequence,
        int collusionBound,
        int minCohort,
        int maxCohort,
        int bufferSize,
        long bufferAgeMillis,
        int minSameBase,
        int slack,
        int extraResponses,
        int stalenessBound,
        long expiryMillis,
        long voteTimeoutMillis,
        long responseTimeoutMillis,
        int maxInFlight,
        List<String> suites,
        String parameterSet,
        double clip,
        String weightRule,
        int examplesCap,
        double stalenessExponent,
        double minWeight,
        String optimizer,
        double learningRate,
        double beta1,
        double beta2,
        double adaptivity,
        int maxVoids,
        String auditor,
        Optional<Privacy> privacy)
        implements RegistryDocument {
    /** Most void versions in a row that any policy allows. */
    public static final int MAX_VOIDS = 64;

    /** Longest life of an update: three days. Votes and promises are kept for at least twice that and a day. */
    public static final long MAX_EXPIRY_MILLIS = 3L * 24 * 60 * 60 * 1000;

    /**
     * @throws RejectedException with {@link Reason#INVALID_FIELD} naming the field that no policy may have
     */
    public Policy {
        suites = List.copyOf(suites);
        check(collusionBound >= 0, "collusionBound must be at least 0");
        check(minCohort >= collusionBound + 2, "minCohort must be at least collusionBound + 2");
        check(maxCohort >= minCohort && maxCohort <= 1024, "maxCohort must be from minCohort to 1024");
        check(bufferSize >= minCohort && bufferSize <= maxCohort, "bufferSize must be from minCohort to maxCohort");
        check(bufferAgeMillis > 0, "bufferAgeMillis must be positive");
        check(minSameBase >= 1 && minSameBase <= minCohort, "minSameBase must be from 1 to minCohort");
        check(slack >= 0, "slack must be at least 0");
        check(extraResponses >= 0, "extraResponses must be at least 0");
        check(stalenessBound >= 0, "stalenessBound must be at least 0");
        check(
                expiryMillis > 0 && expiryMillis <= MAX_EXPIRY_MILLIS,
                "expiryMillis must be from 1 to " + MAX_EXPIRY_MILLIS + ", three days");
        check(voteTimeoutMillis > 0, "voteTimeoutMillis must be positive");
        check(responseTimeoutMillis > 0, "responseTimeoutMillis must be positive");
        check(maxInFlight >= 1, "maxInFlight must be at least 1");
        check(!suites.isEmpty(), "suites must name at least one suite");
        check(Double.isFinite(clip) && clip > 0, "clip must be positive and finite");
        check(examplesCap >= 1, "examplesCap must be at least 1");
        check(stalenessExponent >= 0 && stalenessExponent <= 16, "stalenessExponent must be from 0 to 16");
        check(minWeight > 0 && minWeight <= 1, "minWeight must be above 0 and at most 1");
        check(Double.isFinite(learningRate) && learningRate > 0, "learningRate must be positive and finite");
        check(beta1 >= 0 && beta1 < 1, "beta1 must be at least 0 and below 1");
        check(beta2 >= 0 && beta2 < 1, "beta2 must be at least 0 and below 1");
        check(Double.isFinite(adaptivity) && adaptivity > 0, "adaptivity must be positive and finite");
        check(maxVoids >= 0 && maxVoids <= MAX_VOIDS, "maxVoids must be from 0 to " + MAX_VOIDS);
        if (privacy.isPresent()) {
            int colluders = privacy.get().colluders();
            check(colluders >= collusionBound, "privacy.colluders must be at least collusionBound");
            check(colluders <= minCohort - 1, "privacy.colluders must leave one honest silo of minCohort");
            // A weight other than 1 would change the sensitivity, and tell a silo's number of examples without noise.
            check(weightRule.equals(Weighting.Rule.UNIFORM.code()), "weightRule must be uniform with privacy");
            check(stalenessExponent == 0, "stalenessExponent must be 0 with privacy");
            check(minWeight == 1, "minWeight must be 1 with privacy");
        }
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new RejectedException(Reason.INVALID_FIELD, "policy: " + otherwise);
        }
    }

    @Override
    public String key() {
        return "policy/" + context.model();
    }
}
