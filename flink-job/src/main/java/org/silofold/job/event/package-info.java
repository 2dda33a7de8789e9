/**
 * The values that flow between the job's operators around the coordinator. In: {@link org.silofold.job.event.CoordinatorEvent}, what
 * was verified. Out: {@link org.silofold.job.event.FoldCommand} to every shard of the fold,
 * {@link org.silofold.job.event.PublishCommand} and {@link org.silofold.job.event.AuditNote} to publish. All are immutable; arrays in them are
 * owned by them and never changed. Nothing is held here and nothing fails here.
 */
package org.silofold.job.event;
