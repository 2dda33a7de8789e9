/**
 * The Flink operator around the coordinator's rules. In: events of a model. Held: the coordinator's state, as the bytes that it defines.
 * Out: commands for every shard of the fold, signed requests and fates, and what publish is to do. The rules themselves, which never fail
 * on what a silo or member says, are in {@code org.silofold.job.coordinate}.
 */
package org.silofold.job.coordination;
