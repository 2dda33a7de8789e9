/**
 * Verifies a federation's whole history from its committed log (docs/operations.md).
 *
 * <pre>
 *   Kafka -> LogScan: registry first, then the rest, up to where it ends now
 *   entries -> RegistryHistory, FactReader -> LogFacts (what verifies), LogIndex (where each record is)
 *   facts -> ChainCheck, RequestCheck, CohortCheck, ModelShardsCheck, UpdateCheck, and with a key RecomputationCheck -> Report
 * </pre>
 *
 * Held: what records say, never the bytes of shards; an index in a temporary directory, and with a key the parameters and moments of one
 * version.
 *
 * <p>{@link org.silofold.silo.verify.HistoryCheck} is the rules and knows no Kafka; each finding says what is wrong, or what cannot be
 * checked since its records are gone. {@link org.silofold.silo.verify.LogCheck} carries it to a broker.
 */
package org.silofold.silo.verify;
