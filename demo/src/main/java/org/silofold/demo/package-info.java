/**
 * The demo: a whole federation on one machine, made of the same agents, job and setup code as any other. What is here only starts
 * them, trains, watches the log and reports: its parties in {@code founding}, a broker and a Flink cluster in {@code local}, all of it as
 * separate processes in {@code cluster}, the hospitals' data and training in {@code heart}, what the log says of a run in {@code watch},
 * the report in {@code report}. Failures of a part end the run with one line.
 */
package org.silofold.demo;
