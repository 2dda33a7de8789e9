package org.silofold.job.event;

/**
 * A command for one shard of the fold.
 *
 * @param place which shard
 * @param command what to do
 */
public record ShardCommand(ShardPlace place, FoldCommand command) {}
