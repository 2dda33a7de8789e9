package org.silofold.job.event;

import org.silofold.protocol.message.Context;

/**
 * A shard of a model version, made by the fold, to be signed and published.
 *
 * @param context the aggregator's context for the model; its purpose does not matter
 * @param version the version
 * @param index shard index, from 0
 * @param shardCount shards in the model
 * @param parameters float32, little-endian, without padding; owned by the value and never changed
 * @param outOfBounds sums beyond what the cohort can sum to, which were cut back to it: above 0 proves a broken contribution
 */
public record FoldedShard(
        Context context, long version, int index, int shardCount, byte[] parameters, int outOfBounds) {}
