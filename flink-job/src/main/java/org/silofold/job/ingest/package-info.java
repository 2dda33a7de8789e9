/**
 * From raw records to verified ones. In: every topic that the job reads. Held: the registry's documents (broadcast, verified once more by
 * each task), digests of the parts of each update that passed, and for a bounded time the records whose sender the registry does not know yet.
 * Out: shards for the fold, facts for the coordinator. What is wrong with a record goes to the rejections with its reason; a missing key
 * file fails the task, since no record is to blame for it.
 */
package org.silofold.job.ingest;
