package org.silofold.silo.auditor;

import java.util.List;
import java.util.Optional;
import org.silofold.protocol.encode.MetricRange;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.optimize.OptimizerKind;
import org.silofold.protocol.optimize.OptimizerSpec;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.silo.agent.Registry;

/**
 * The authority's documents that a version was made under: those that its manifest's context names, whatever is in force by now.
 *
 * @param roster the roster of that epoch
 * @param rosterDigest its digest
 * @param policy the policy of that sequence
 * @param spec the model's specification
 * @param specDigest its digest
 */
public record AuditTerms(Roster roster, Digest rosterDigest, Policy policy, ModelSpec spec, Digest specDigest) {
    /**
     * The documents that a context names.
     *
     * @throws MissingRecordException {@link MissingRecordException.Kind#NOT_REGISTERED} if the registry has not shown one of them
     */
    public static AuditTerms of(Registry registry, Context context) {
        String model = context.model();
        Roster roster = Optional.ofNullable(registry.rosters().get(context.rosterDigest()))
                .orElseThrow(() -> missing("the roster of epoch " + context.rosterEpoch()));
        Policy policy = registry.policy(model, context.policySequence())
                .orElseThrow(() -> missing("policy " + context.policySequence() + " of " + model));
        ModelSpec spec = registry.read(view -> view.modelSpec(model))
                .orElseThrow(() -> missing("the specification of " + model));
        Digest digest =
                registry.read(view -> view.modelSpecDigest(model)).orElseThrow(() -> missing("the specification"));
        return new AuditTerms(roster, context.rosterDigest(), policy, spec, digest);
    }

    private static MissingRecordException missing(String what) {
        return new MissingRecordException(
                MissingRecordException.Kind.NOT_REGISTERED, "the registry has not shown " + what);
    }

    /** How the model lies in shards. */
    ShardLayout layout() {
        return new ShardLayout(ParameterSet.byName(policy.parameterSet()), spec.parameterCount());
    }

    Encoding encoding() {
        return new Encoding(ParameterSet.byName(policy.parameterSet()), policy.clip(), policy.maxCohort());
    }

    CommitteeSize committee() {
        return new CommitteeSize(roster.committee().size());
    }

    List<MetricRange> metrics() {
        return spec.metrics().stream()
                .map(metric -> new MetricRange(metric.name(), metric.min(), metric.max()))
                .toList();
    }

    OptimizerSpec optimizer() {
        return new OptimizerSpec(
                OptimizerKind.ofCode(policy.optimizer()),
                policy.learningRate(),
                policy.beta1(),
                policy.beta2(),
                policy.adaptivity());
    }
}
