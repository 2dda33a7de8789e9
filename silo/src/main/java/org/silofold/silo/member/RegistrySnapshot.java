package org.silofold.silo.member;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.sign.VerifyingKey;

/**
 * What a member's rules need of the verified registry at one moment. Immutable.
 *
 * @param federation the federation
 * @param roster the roster in force
 * @param rosterDigest its digest
 * @param models the models by name
 * @param organisations the organisation of each enrolled silo
 * @param keys identity keys of the enrolled silos, members and the aggregator
 * @param revoked parties whose enrolment does not hold at this moment
 */
public record RegistrySnapshot(
        String federation,
        Roster roster,
        Digest rosterDigest,
        Map<String, ModelRules> models,
        Map<String, String> organisations,
        Map<String, VerifyingKey> keys,
        Set<String> revoked) {
    /**
     * A model's newest policy and specification.
     *
     * @param policy the policy
     * @param specDigest digest of the specification
     */
    public record ModelRules(Policy policy, Digest specDigest) {}

    /** Copies the collections. */
    public RegistrySnapshot {
        models = Map.copyOf(models);
        organisations = Map.copyOf(organisations);
        keys = Map.copyOf(keys);
        revoked = Set.copyOf(revoked);
    }

    int epoch() {
        return roster.epoch();
    }

    CommitteeSize committee() {
        return new CommitteeSize(roster.committee().size());
    }

    Optional<ModelRules> model(String name) {
        return Optional.ofNullable(models.get(name));
    }

    /** The newest policy sequence of a model, 0 if it is unknown. */
    long policySequence(String model) {
        return model(model).map(rules -> rules.policy().sequence()).orElse(0L);
    }

    /** Whether the context names a roster, model or policy that this registry may not have heard of yet. */
    boolean isBehind(Context context) {
        return isEpochBehind(context)
                || !models.containsKey(context.model())
                || context.policySequence() > policySequence(context.model());
    }

    /** Whether the context names a roster that this registry may not have heard of yet: a later epoch, or another of this epoch. */
    boolean isEpochBehind(Context context) {
        return context.rosterEpoch() > epoch()
                || (context.rosterEpoch() == epoch() && !context.rosterDigest().equals(rosterDigest));
    }

    /**
     * Checks that a message belongs to this federation, roster and a known model, whatever its policy sequence.
     *
     * @throws RejectedException {@link Reason#WRONG_FEDERATION}, {@link Reason#WRONG_EPOCH} or {@link Reason#UNKNOWN_MODEL}
     */
    void requireEpoch(Context context) {
        if (!context.federation().equals(federation)) {
            throw new RejectedException(Reason.WRONG_FEDERATION, "context.federation is " + context.federation());
        }
        if (context.rosterEpoch() != epoch() || !context.rosterDigest().equals(rosterDigest)) {
            throw new RejectedException(
                    Reason.WRONG_EPOCH, "context names roster epoch " + context.rosterEpoch() + ", now is " + epoch());
        }
        if (!models.containsKey(context.model())) {
            throw new RejectedException(Reason.UNKNOWN_MODEL, "context.model is " + context.model());
        }
    }

    /** What a message of this member begins with, under the model's newest policy. */
    Context context(String model, String sender, Purpose purpose) {
        return context(model, sender, purpose, policySequence(model));
    }

    /** What a message of this member begins with. */
    Context context(String model, String sender, Purpose purpose, long policySequence) {
        return new Context(
                Context.VERSION,
                Suite.ML_KEM_768_ML_DSA_65.text(),
                federation,
                epoch(),
                rosterDigest,
                policySequence,
                model,
                sender,
                purpose);
    }
}
