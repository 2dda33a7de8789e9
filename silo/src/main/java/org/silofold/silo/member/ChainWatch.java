package org.silofold.silo.member;

import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.silo.chain.ChainTerms;

/** What a member needs to keep a model's chain and to raise what is wrong with it. */
public interface ChainWatch {
    /**
     * The registry's terms of a version; empty while it has no policy or specification for the model.
     *
     * @param policySequence the policy that its manifest names
     */
    Optional<ChainTerms> terms(String model, long version, long policySequence);

    /** The aggregator signed two manifests for one version: keep both whole, durably, and tell a person. */
    void twoManifests(String model, long version, Digest firstDigest, byte[] first, Digest secondDigest, byte[] second);
}
