/**
 * The coordinator's pure core, one model at a time: which updates are complete and accepted, which cohort is put to the committee, when it
 * is certified, opened and published, and how every update ends. No Flink, no Kafka, no clock, no randomness in here.
 *
 * <pre>
 *   an update:   gathering -> eligible -> buffered -> requested -> in a version
 *                    |            |          |            |
 *                    '-- refused -'----------'            '-> spent, or free again when its cohort was abandoned
 *
 *   a version:   (none) -> Requested -> Certified -> Publishing -> (none, one version more)
 *                  ^           |            |
 *                  '-----------'------------'   abandoned, not answered or broken: the next attempt
 * </pre>
 *
 * <p>In: {@link org.silofold.job.event.CoordinatorEvent}. Held: {@link org.silofold.job.coordinate.CoordinatorState}. Out:
 * {@link org.silofold.job.coordinate.Effects}. Nothing an event says makes the coordinator throw: what is wrong with an update ends it
 * with a fate, what is wrong with a member's answer is noted and costs it standing.
 */
package org.silofold.job.coordinate;
