package org.silofold.silo.chain;

import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;

/**
 * A link of a chain, as far as those after it rest on it.
 *
 * @param version its version
 * @param digest digest of its manifest's signed bytes
 * @param root Merkle root of its shards
 * @param isVoid whether it repeats the version before it
 */
public record ChainLink(long version, Digest digest, Digest root, boolean isVoid) {
    /** The link that this manifest makes. */
    public static ChainLink of(ModelManifest manifest, Digest digest) {
        return new ChainLink(
                manifest.version(),
                digest,
                manifest.shardsRoot(),
                manifest.voidVersion().isPresent());
    }
}
