/**
 * What the job counts and times, under names that stay. In: calls of the operators. Held: Flink's counters, gauges and histograms, which
 * start at zero with every attempt of a task. Out: whatever metric reporter the cluster has. Nothing here fails an operator.
 */
package org.silofold.job.metrics;
