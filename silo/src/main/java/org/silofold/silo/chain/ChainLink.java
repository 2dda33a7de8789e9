package org.silofold.silo.chain;

import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelManifest.PrivacySpent;

/**
 * A link of a chain, as far as those after it rest on it.
 *
 * @param version its version
 * @param digest digest of its manifest's signed bytes
 * @param root Merkle root of its shards
 * @param isVoid whether it repeats the version before it
 * @param policySequence the policy that it names
 * @param privacy what it says is spent; empty without privacy
 */
public record ChainLink(
        long version, Digest digest, Digest root, boolean isVoid, long policySequence, Optional<PrivacySpent> privacy) {
    /** The link that this manifest makes. */
    public static ChainLink of(ModelManifest manifest, Digest digest) {
        return new ChainLink(
                manifest.version(),
                digest,
                manifest.shardsRoot(),
                manifest.voidVersion().isPresent(),
                manifest.context().policySequence(),
                manifest.privacy());
    }
}
