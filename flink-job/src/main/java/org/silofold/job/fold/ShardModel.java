package org.silofold.job.fold;

/**
 * A shard of the model as the optimiser left it. Arrays are never changed: a step makes new ones.
 *
 * @param version the version that the parameters are
 * @param shardCount shards in the model
 * @param parameters x, without padding
 * @param firstMoment m, as long as the parameters, or empty before the first step that has one
 * @param secondMoment v, likewise
 */
record ShardModel(long version, int shardCount, float[] parameters, float[] firstMoment, float[] secondMoment) {
    /** The same under another version. */
    ShardModel at(long newVersion) {
        return new ShardModel(newVersion, shardCount, parameters, firstMoment, secondMoment);
    }
}
