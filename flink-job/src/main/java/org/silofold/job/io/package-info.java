/**
 * The job's edges at Kafka. In: topics, as raw bytes; what the bytes mean is for others to judge, so reading never fails on them. Out: signed
 * records, in transactions that commit with Flink's checkpoints. Held: offsets and open transactions, by Flink's connector. An unreachable broker
 * fails the task, which restarts from the last checkpoint.
 */
package org.silofold.job.io;
