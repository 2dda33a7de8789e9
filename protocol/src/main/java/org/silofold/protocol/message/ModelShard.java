package org.silofold.protocol.message;

/**
 * A shard of a model version. The payload is its parameters, float32 little-endian.
 *
 * @param context the context
 * @param version the model version
 * @param shardIndex from 0
 * @param shardCount shards in the model
 * @param payloadDigest SHA-256 of the payload
 */
public record ModelShard(Context context, long version, int shardIndex, int shardCount, Digest payloadDigest)
        implements Message {}
