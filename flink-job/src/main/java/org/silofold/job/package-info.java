/**
 * The aggregation job. In: the topics of silos, members and the registry. Held: see the packages of the operators. Out: requests, model
 * versions, fates, audit entries and rejections, exactly once. {@link org.silofold.job.AggregationTopology} is the whole flow on one
 * screen. A record that is wrong is turned away with a reason; a machine that fails is replaced and goes on from the last checkpoint.
 */
package org.silofold.job;
