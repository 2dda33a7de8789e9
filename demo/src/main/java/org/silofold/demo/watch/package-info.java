/**
 * What the log says of a run. Committed records of Kafka flow in, verified under the registry's keys like any party does; out flow the
 * published versions with their times, what became of updates, rejections by reason, and the check that an opened mean is the plain
 * one. Nothing here takes part in the federation.
 */
package org.silofold.demo.watch;
