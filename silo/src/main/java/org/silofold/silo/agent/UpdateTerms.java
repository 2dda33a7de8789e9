package org.silofold.silo.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.silofold.protocol.encode.MetricRange;
import org.silofold.protocol.kem.KemPublicKey;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.params.Weighting;
import org.silofold.protocol.privacy.ModelPrivacy;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.schemas.registry.RegistryView;

/**
 * Everything that the registry says about an update that a silo is about to make: one consistent view of it.
 *
 * @param context of the silo's messages about this model
 * @param policy the model's policy
 * @param spec the model's specification
 * @param privacy what the policy's privacy means for the model; empty for none
 * @param specDigest its digest
 * @param committee the members' keys, in roster order
 * @param recipients to whom the content key is wrapped: the aggregator, then the auditors
 */
record UpdateTerms(
        Context context,
        Policy policy,
        ModelSpec spec,
        Optional<ModelPrivacy> privacy,
        Digest specDigest,
        List<NamedKey> committee,
        List<NamedKey> recipients) {

    /** A party's KEM key of the epoch. */
    record NamedKey(String name, KemPublicKey key) {}

    /**
     * Takes the terms from the registry.
     *
     * @throws AgentException {@link AgentException#NOT_READY} naming what is missing; {@link AgentException#NO_MODEL} for an unknown model
     * @throws org.silofold.protocol.reason.RejectedException if the model cannot have the privacy that its policy asks for
     */
    static UpdateTerms of(RegistryView view, String silo, String model, long nowMillis) {
        Roster roster = view.roster().orElseThrow(() -> notReady("there is no roster in the registry yet"));
        if (!roster.silos().contains(silo)) {
            throw notReady(silo + " is not a silo of the roster of epoch " + roster.epoch());
        }
        if (view.isRevoked(silo, nowMillis)) {
            throw notReady("the enrolment of " + silo + " was revoked");
        }
        if (nowMillis > roster.notAfterMillis()) {
            throw notReady("epoch " + roster.epoch() + " is over; the authority must sign a new roster");
        }
        ModelSpec spec = view.modelSpec(model)
                .orElseThrow(() -> new AgentException(AgentException.NO_MODEL, "there is no model " + model));
        Policy policy = view.policy(model).orElseThrow(() -> notReady("model " + model + " has no policy yet"));
        List<NamedKey> committee = keys(view, roster, roster.committee());
        List<String> recipients = new ArrayList<>(List.of(roster.aggregator()));
        recipients.addAll(roster.auditors());
        return new UpdateTerms(
                view.context(model, silo, Purpose.UPDATE_MANIFEST),
                policy,
                spec,
                ModelPrivacy.of(policy, spec),
                view.modelSpecDigest(model).orElseThrow(),
                committee,
                keys(view, roster, recipients));
    }

    CommitteeSize committeeSize() {
        return new CommitteeSize(committee.size());
    }

    ShardLayout layout() {
        return ModelTerms.layout(policy, spec);
    }

    Encoding encoding() {
        return new Encoding(layout().set(), policy.clip(), policy.maxCohort());
    }

    Weighting weighting() {
        return new Weighting(
                Weighting.Rule.ofCode(policy.weightRule()),
                policy.examplesCap(),
                policy.stalenessExponent(),
                policy.minWeight());
    }

    List<MetricRange> metricRanges() {
        return spec.metrics().stream()
                .map(metric -> new MetricRange(metric.name(), metric.min(), metric.max()))
                .toList();
    }

    private static List<NamedKey> keys(RegistryView view, Roster roster, List<String> names) {
        return names.stream()
                .map(name -> new NamedKey(
                        name,
                        view.kemKey(name, roster.epoch())
                                .orElseThrow(() -> notReady(
                                        name + " has not published its key for epoch " + roster.epoch() + " yet"))))
                .toList();
    }

    private static AgentException notReady(String message) {
        return new AgentException(AgentException.NOT_READY, message);
    }
}
