/**
 * Attacks on a running federation: a real broker, the job on a real cluster, the honest silos' agents, and one enrolled party that keeps to
 * no rule. What it writes goes into Kafka as records of its own making, signed with its own, real keys; what must not change for the others is
 * read from the log.
 */
package org.silofold.demo.attack;
