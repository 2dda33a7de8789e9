/**
 * The rules of the chain of model manifests, which silos and committee members keep alike (docs/protocol.md, 6.8): version 0 follows the
 * model specification, each version the one before it, a void version the authority's document.
 *
 * <p>{@link org.silofold.silo.chain.ChainRules} is a function over values; {@link org.silofold.silo.chain.ChainTerms} is what it needs of
 * the registry; {@link org.silofold.silo.chain.Evidence} keeps what proves a lie. Who keeps a chain brings its own store.
 *
 * <p>Fails: a manifest that can be no link is a {@link org.silofold.protocol.reason.RejectedException}; nothing is written then but
 * evidence.
 */
package org.silofold.silo.chain;
