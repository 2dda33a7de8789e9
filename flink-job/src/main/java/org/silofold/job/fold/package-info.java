/**
 * The fold: sums of masked shards, opened into the next version. In: shards of updates and of version 0, and the coordinator's
 * commands, in any order relative to each other. Held, by model and shard: staged bytes by update, one accumulator modulo q for each
 * running sum, what each sum still waits for, the parameters and the optimiser's moments. Out: the shards of new versions. A shard that
 * never comes makes its sum wait; nothing here ends an update, only the coordinator's commands do.
 */
package org.silofold.job.fold;
