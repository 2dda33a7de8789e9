package org.silofold.protocol.message;

import java.util.List;

/**
 * A shard of a masked update. The payload is the shard's words, sealed under a key derived from the content key.
 *
 * @param core what the associated data covers
 * @param coreBytes the exact bytes of {@code core} as signed; SHA-256 of them is the seal's associated data
 * @param payloadDigest SHA-256 of the sealed payload
 */
public record UpdateShard(Core core, byte[] coreBytes, Digest payloadDigest) implements Message {
    /**
     * The header without the payload's digest.
     *
     * @param context the context
     * @param updateId the update
     * @param sequence this silo's update counter for the model
     * @param shardIndex from 0
     * @param shardCount shards in the update
     * @param wrappedKeys the content key for the aggregator and each auditor, the same in every shard
     * @param cekDigest SHA-256 of {@code silofold/v1/cek} and the content key
     */
    public record Core(
            Context context,
            UpdateId updateId,
            long sequence,
            int shardIndex,
            int shardCount,
            List<WrappedKey> wrappedKeys,
            Digest cekDigest) {}

    @Override
    public Context context() {
        return core.context();
    }
}
