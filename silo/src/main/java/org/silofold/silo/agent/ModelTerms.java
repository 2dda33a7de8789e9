package org.silofold.silo.agent;

import org.silofold.protocol.optimize.OptimizerKind;
import org.silofold.protocol.optimize.OptimizerSpec;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;

/** What follows from a model's policy and specification. */
final class ModelTerms {
    private ModelTerms() {}

    /** How the model lies in shards. */
    static ShardLayout layout(Policy policy, ModelSpec spec) {
        return new ShardLayout(ParameterSet.byName(policy.parameterSet()), spec.parameterCount());
    }

    /** As {@link #layout(Policy, ModelSpec)}, by the registry's policy. */
    static ShardLayout layout(Registry registry, ModelSpec spec) {
        String model = spec.context().model();
        Policy policy = registry.read(view -> view.policy(model))
                .orElseThrow(() -> new RejectedException(Reason.UNKNOWN_MODEL, "no policy for " + model));
        return layout(policy, spec);
    }

    /** The server optimiser that the policy asks for. */
    static OptimizerSpec optimizer(Policy policy) {
        return new OptimizerSpec(
                OptimizerKind.ofCode(policy.optimizer()),
                policy.learningRate(),
                policy.beta1(),
                policy.beta2(),
                policy.adaptivity());
    }
}
