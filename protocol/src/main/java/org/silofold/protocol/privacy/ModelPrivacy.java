package org.silofold.protocol.privacy;

import java.util.Objects;
import java.util.Optional;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Privacy;

/**
 * A private policy where it meets a model's specification: alone it knows neither how many parameters there are nor whether metrics are
 * reported. Every party makes the same of the same two documents.
 *
 * @param terms what the policy promises
 * @param encoding how updates become integers
 * @param accountant what one update costs a silo
 */
public record ModelPrivacy(Privacy terms, PrivateEncoding encoding, PrivacyAccountant accountant) {
    /** Requires all of it. */
    public ModelPrivacy {
        Objects.requireNonNull(terms);
        Objects.requireNonNull(encoding);
        Objects.requireNonNull(accountant);
    }

    /**
     * What the policy asks for.
     *
     * @return empty if it asks for no privacy
     * @throws RejectedException {@link Reason#INVALID_FIELD}, one line, if this model cannot have it: it names metrics, or values and noise do
     *     not fit the ring
     */
    public static Optional<ModelPrivacy> of(Policy policy, ModelSpec spec) {
        if (policy.privacy().isEmpty()) {
            return Optional.empty();
        }
        String model = "policy: privacy of model " + spec.context().model() + ": ";
        if (!spec.metrics().isEmpty()) {
            // Their sums would carry no noise.
            throw new RejectedException(
                    Reason.INVALID_FIELD,
                    model + "its specification names metrics, the first "
                            + spec.metrics().get(0).name());
        }
        try {
            Encoding plain =
                    new Encoding(ParameterSet.byName(policy.parameterSet()), policy.clip(), policy.maxCohort());
            return Optional.of(of(policy.privacy().get(), plain, policy.minCohort(), spec.parameterCount()));
        } catch (IllegalArgumentException e) {
            throw new RejectedException(Reason.INVALID_FIELD, model + e.getMessage());
        }
    }

    /**
     * The same of what is left of the documents in a cohort's terms.
     *
     * @param plain the encoding without privacy
     * @param minCohort fewest silos in a cohort
     * @param parameters of the model
     * @throws IllegalArgumentException if values and noise do not fit the ring
     */
    public static ModelPrivacy of(Privacy terms, Encoding plain, int minCohort, long parameters) {
        PrivateEncoding encoding = PrivateEncoding.of(
                plain, terms.l2Clip(), terms.noiseMultiplier(), minCohort, terms.colluders(), parameters);
        return new ModelPrivacy(terms, encoding, PrivacyAccountant.of(encoding));
    }

    /**
     * What the silo that spent most may have spent when this version is out. Whatever attempts were opened or broken before it, a base is spent once, so no silo
     * has more updates behind it than there are bases before this version; and no silo sends what its budget does not pay for.
     *
     * @param version 1 or more
     */
    public ModelManifest.PrivacySpent spentBy(long version) {
        double most = Math.min(terms.epsilon(), accountant.epsilon(version, terms.delta()));
        return new ModelManifest.PrivacySpent(most, terms.delta());
    }

    /**
     * As {@link #spentBy(long)}, and never less at the same delta than the version before it said: a policy that came since may count less.
     *
     * @param before what the version before it said
     */
    public ModelManifest.PrivacySpent spentBy(long version, Optional<ModelManifest.PrivacySpent> before) {
        ModelManifest.PrivacySpent due = spentBy(version);
        return before.filter(said -> said.delta() == due.delta() && said.epsilon() > due.epsilon())
                .orElse(due);
    }

    /** What a silo that has these costs behind it can still pay for. */
    public PrivacyBudget budget(PrivacyAccountant spent) {
        return new PrivacyBudget(spent, accountant, terms.epsilon(), terms.delta());
    }
}
