/**
 * The whole protocol in one thread, driven by a seed: the real committee members over real stores in memory, the real coordinator with
 * its state through its codec, the real sharing, masking and checks over a small ring. Signatures, Kafka and Flink are left out: records
 * arrive as verified, in the order of their topic, and reach every reader in an order of its own.
 *
 * <p>{@link org.silofold.simulation.World} is the event loop; {@link org.silofold.simulation.Ledger} holds what must be true after every
 * event. Exactly one seed makes a run, and the same seed makes the same run.
 */
package org.silofold.simulation;
