package org.silofold.job.event;

import org.silofold.protocol.message.Context;

/**
 * A shard of a model version whose manifest is in the log, to be signed and sent out.
 *
 * @param context the aggregator's context for the model; its purpose does not matter
 * @param version the version
 * @param index shard index, from 0
 * @param shardCount shards in the model
 * @param parameters float32, little-endian, without padding; owned by the value and never changed
 */
public record FoldedShard(Context context, long version, int index, int shardCount, byte[] parameters) {}
