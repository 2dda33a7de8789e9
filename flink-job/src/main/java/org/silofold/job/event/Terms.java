package org.silofold.job.event;

import java.util.List;
import java.util.Optional;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.privacy.ModelPrivacy;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Privacy;

/**
 * The terms on which a cohort was requested. They stay with it until it is published, whatever the registry says by then: its
 * updates were encoded, masked and shared under these.
 *
 * @param context federation, roster epoch and digest, policy sequence and model, with the aggregator as sender
 * @param modelSpecDigest digest of the model specification
 * @param parameterCount parameters in the model
 * @param metrics the metrics in the meta block, in order
 * @param committee the members, the j-th holding point j from 1
 * @param parameterSet name of the mask's parameter set
 * @param clip C
 * @param maxCohort most updates in a cohort; sizes the encoding
 * @param minWeight smallest weight of an update
 * @param extraResponses consistent responses to wait for beyond t
 * @param responseTimeoutMillis how long to wait for responses
 * @param optimizer code of the server optimiser
 * @param learningRate server learning rate
 * @param beta1 first-moment decay, or momentum
 * @param beta2 second-moment decay
 * @param adaptivity added to the root of the second moment
 * @param minCohort fewest organisations in a cohort
 * @param privacy what every update has; empty for none
 */
public record Terms(
        Context context,
        Digest modelSpecDigest,
        long parameterCount,
        List<MetricSpec> metrics,
        List<String> committee,
        String parameterSet,
        double clip,
        int maxCohort,
        double minWeight,
        int extraResponses,
        long responseTimeoutMillis,
        String optimizer,
        double learningRate,
        double beta1,
        double beta2,
        double adaptivity,
        int minCohort,
        Optional<Privacy> privacy) {
    /** Copies the lists. */
    public Terms {
        metrics = List.copyOf(metrics);
        committee = List.copyOf(committee);
    }

    /** The terms in force. */
    public static Terms of(ModelRegistry registry) {
        Policy policy = registry.policy();
        return new Terms(
                registry.context(),
                registry.specDigest(),
                registry.spec().parameterCount(),
                registry.spec().metrics(),
                registry.roster().committee(),
                policy.parameterSet(),
                policy.clip(),
                policy.maxCohort(),
                policy.minWeight(),
                policy.extraResponses(),
                policy.responseTimeoutMillis(),
                policy.optimizer(),
                policy.learningRate(),
                policy.beta1(),
                policy.beta2(),
                policy.adaptivity(),
                policy.minCohort(),
                policy.privacy());
    }

    /** The same terms in another context. */
    public Terms withContext(Context other) {
        return new Terms(
                other,
                modelSpecDigest,
                parameterCount,
                metrics,
                committee,
                parameterSet,
                clip,
                maxCohort,
                minWeight,
                extraResponses,
                responseTimeoutMillis,
                optimizer,
                learningRate,
                beta1,
                beta2,
                adaptivity,
                minCohort,
                privacy);
    }

    /** What the policy's privacy means for the model; empty for none. */
    public Optional<ModelPrivacy> modelPrivacy() {
        Encoding plain = new Encoding(ParameterSet.byName(parameterSet), clip, maxCohort);
        return privacy.map(asked -> ModelPrivacy.of(asked, plain, minCohort, parameterCount));
    }

    /** The point of this member, from 1; 0 if it has no seat. */
    public int point(String member) {
        return committee.indexOf(member) + 1;
    }
}
