package org.silofold.job.event;

/**
 * A shard of a model: what the fold's state is keyed by.
 *
 * @param model the model
 * @param index shard index, from 0
 */
public record ShardPlace(String model, int index) {}
