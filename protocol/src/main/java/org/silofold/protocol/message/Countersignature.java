package org.silofold.protocol.message;

/**
 * An auditor has recomputed a version and came to the same parameters.
 *
 * @param context the context; the sender is the auditor
 * @param version the version, from 0
 * @param manifestDigest SHA-256 of its manifest's signed bytes
 * @param shardsRoot Merkle root over its shards' payload digests, as the auditor computed it
 */
public record Countersignature(Context context, long version, Digest manifestDigest, Digest shardsRoot)
        implements Message {}
