package org.silofold.job.event;

import org.silofold.protocol.message.Context;

/** The bytes of a shard on their way to the fold. Arrays are owned by the value and never changed. */
public sealed interface ShardPayload {
    /** Which shard of which model. */
    ShardPlace place();

    /**
     * A shard of an update: verified, opened, of the model's length, every word below q.
     *
     * @param place which shard
     * @param update whose
     * @param words masked words, little-endian, padding included
     */
    record VerifiedShard(ShardPlace place, UpdateKey update, byte[] words) implements ShardPayload {}

    /**
     * A shard of version 0: verified, of the model's length.
     *
     * @param place which shard
     * @param context the aggregator's context for the model
     * @param shardCount shards in the model
     * @param parameters float32, little-endian, without padding
     */
    record InitialShard(ShardPlace place, Context context, int shardCount, byte[] parameters) implements ShardPayload {}
}
