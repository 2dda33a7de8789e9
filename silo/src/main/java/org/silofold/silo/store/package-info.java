/**
 * The agent's durable state in one SQLite file: registry documents, the chain of model manifests, updates with their fates, spent base
 * versions, sequence counters. In: facts that were verified. Held: one connection, used by one thread at a time under the object's
 * lock. Out: the same facts after a crash. Failing: {@link org.silofold.silo.store.StoreException} with one line.
 *
 * <p>The journal is a rollback journal ({@code journal_mode=DELETE}) with {@code synchronous=EXTRA}: when a commit returns, the data and the
 * removal of the journal are on disk. A write-ahead log is faster but splits the state over two files, of which a careless copy or restore
 * takes one; this state is small and written a few times a version, and losing a spent base would break the protocol's promise.
 */
package org.silofold.silo.store;
