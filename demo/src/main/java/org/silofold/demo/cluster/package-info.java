/**
 * A federation as separate processes on loopback, for hands and for tests of faults: {@code silofold cluster}.
 *
 * <p>A {@link org.silofold.demo.cluster.ClusterSpec} goes in; processes come out, whose data, logs, ports and process numbers are all below one
 * {@link org.silofold.demo.cluster.ClusterDirectory}. The processes are the project's own commands and Flink's own entry points, started
 * as the launcher starts them. A {@link org.silofold.demo.cluster.Cluster} holds nothing that the directory does not: another one, in
 * another process, goes on with the same parts. A part ends by SIGKILL ({@code kill}) or SIGTERM ({@code down}), and only if both number
 * and start time of the process are those that were written down. What fails says so in one line, a
 * {@link org.silofold.demo.cluster.ClusterException}.
 */
package org.silofold.demo.cluster;
