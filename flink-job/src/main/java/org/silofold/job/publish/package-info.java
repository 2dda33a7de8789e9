/**
 * What the job says to the world, signed. In: shards of new versions, the coordinator's wish to publish, its decisions, and what was
 * turned away. Held, by model: digests of a version's shards until all are done, and the head of the audit chain. Out: records for the
 * models, model-manifests, audit and rejections topics. A version whose root is not the one required is not published, and the audit
 * chain says so.
 */
package org.silofold.job.publish;
