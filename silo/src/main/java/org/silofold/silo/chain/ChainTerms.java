package org.silofold.silo.chain;

import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.privacy.ModelPrivacy;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.schemas.registry.RegistryView;

/**
 * What the registry says of one version of a model.
 *
 * @param federation the federation
 * @param specDigest digest of the model specification
 * @param initialRoot Merkle root of the initial parameters' shards
 * @param shards shards in the model
 * @param policySequence sequence of the newest policy that is known
 * @param maxVoids void versions in a row that it allows
 * @param policy what the policy that the manifest names asks for; empty if this party does not know that policy
 * @param voidVersion the authority's document by which this version may be void
 */
public record ChainTerms(
        String federation,
        Digest specDigest,
        Digest initialRoot,
        int shards,
        long policySequence,
        int maxVoids,
        Optional<NamedPolicy> policy,
        Optional<AllowedVoid> voidVersion) {
    /**
     * What a policy asks of a manifest that names it.
     *
     * @param privacy what its privacy means for the model; empty for none
     */
    public record NamedPolicy(Optional<ModelPrivacy> privacy) {}

    /**
     * The authority's word that one version may be void.
     *
     * @param document digest of the document's signed bytes
     * @param previousDigest manifest digest of the version that it repeats
     */
    public record AllowedVoid(Digest document, Digest previousDigest) {}

    /**
     * The terms of a version; empty while the model has no policy or no specification.
     *
     * @param named the policy that its manifest names, if it was ever seen
     * @throws org.silofold.protocol.reason.RejectedException if the model cannot have the privacy that its policy asks for
     */
    public static Optional<ChainTerms> of(RegistryView view, String model, long version, Optional<Policy> named) {
        Optional<Policy> policy = view.policy(model);
        Optional<ModelSpec> spec = view.modelSpec(model);
        Optional<Digest> specDigest = view.modelSpecDigest(model);
        if (policy.isEmpty() || spec.isEmpty() || specDigest.isEmpty()) {
            return Optional.empty();
        }
        ShardLayout layout = new ShardLayout(
                ParameterSet.byName(policy.get().parameterSet()), spec.get().parameterCount());
        Optional<AllowedVoid> allowed = view.voidVersion(model, version)
                .flatMap(document -> view.voidVersionDigest(model, version)
                        .map(digest -> new AllowedVoid(digest, document.previousDigest())));
        return Optional.of(new ChainTerms(
                spec.get().context().federation(),
                specDigest.get(),
                spec.get().initialRoot(),
                layout.shards(),
                policy.get().sequence(),
                policy.get().maxVoids(),
                named.map(asked -> new NamedPolicy(ModelPrivacy.of(asked, spec.get()))),
                allowed));
    }
}
