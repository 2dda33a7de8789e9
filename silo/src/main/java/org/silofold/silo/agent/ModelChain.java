package org.silofold.silo.agent;

import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.silo.store.StoredManifest;

/** The chains of model manifests that this party has verified: signatures and links, back to the model specification. Thread-safe. */
public interface ModelChain {
    /**
     * The newest link of a chain.
     *
     * @param version its version
     * @param manifestDigest digest of its signed bytes
     * @param manifest what it says
     */
    record ChainHead(long version, Digest manifestDigest, ModelManifest manifest) {}

    /** The newest link; its parameters need not be here yet. */
    Optional<ChainHead> head(String model);

    /** The digest of this version's one manifest, if it is in the chain. */
    Optional<Digest> manifestDigest(String model, long version);

    /** This version's link, if it is in the chain. */
    Optional<StoredManifest> link(String model, long version);

    /** Whether the manifests' topic was read to its end at least once since the agent started. */
    boolean loaded();
}
