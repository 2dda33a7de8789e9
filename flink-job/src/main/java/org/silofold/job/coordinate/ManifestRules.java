package org.silofold.job.coordinate;

import java.util.Optional;
import org.silofold.job.event.ModelRegistry;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** Whether a manifest says what the registry now asks for. Asked again whenever the registry changes, until its update is requested. */
final class ManifestRules {
    /** R: repetitions of the share check. */
    static final int REPETITIONS = 5;

    private ManifestRules() {}

    /** Why the manifest is not in order, if it is not. */
    static Optional<Reason> check(ModelRegistry registry, TrackedUpdate.Manifest manifest, MaskMath math) {
        UpdateManifest.Core core = manifest.core();
        return context(registry.context(), core.context())
                .or(() -> shape(registry, core))
                .or(() -> sharing(registry, core))
                .or(() -> when(!math.isMeta(core.parameterSet(), manifest.metaWords()), Reason.WORD_OUT_OF_RANGE));
    }

    private static Optional<Reason> context(Context current, Context said) {
        return when(!said.federation().equals(current.federation()), Reason.WRONG_FEDERATION)
                .or(() -> when(!said.model().equals(current.model()), Reason.UNKNOWN_MODEL))
                .or(() -> when(said.rosterEpoch() < current.rosterEpoch(), Reason.EPOCH_ENDED))
                .or(() -> when(
                        said.rosterEpoch() != current.rosterEpoch()
                                || !said.rosterDigest().equals(current.rosterDigest()),
                        Reason.WRONG_EPOCH))
                .or(() -> when(said.policySequence() != current.policySequence(), Reason.WRONG_POLICY));
    }

    private static Optional<Reason> shape(ModelRegistry registry, UpdateManifest.Core core) {
        if (!core.parameterSet().equals(registry.policy().parameterSet())) {
            return Optional.of(Reason.WRONG_PARAMETER_SET);
        }
        if (!core.modelSpecDigest().equals(registry.specDigest())
                || core.parameterCount() != registry.spec().parameterCount()
                || core.shardCount() != shards(registry)) {
            return Optional.of(Reason.WRONG_SHAPE);
        }
        return when(
                core.tau() < 0 || !core.weightRule().equals(registry.policy().weightRule()), Reason.INVALID_FIELD);
    }

    private static Optional<Reason> sharing(ModelRegistry registry, UpdateManifest.Core core) {
        CommitteeSize size = new CommitteeSize(registry.roster().committee().size());
        return when(
                core.memberCount() != size.n()
                        || core.threshold() != size.threshold()
                        || core.repetitions() != REPETITIONS,
                Reason.INVALID_FIELD);
    }

    /** Shards of the model under the registry's policy. */
    static int shards(ModelRegistry registry) {
        return shards(registry.policy().parameterSet(), registry.spec().parameterCount());
    }

    static int shards(String parameterSet, long parameterCount) {
        try {
            return new ShardLayout(ParameterSet.byName(parameterSet), parameterCount).shards();
        } catch (RejectedException e) {
            return 0;
        }
    }

    private static Optional<Reason> when(boolean wrong, Reason reason) {
        return wrong ? Optional.of(reason) : Optional.empty();
    }
}
