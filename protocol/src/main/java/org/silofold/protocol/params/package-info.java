/**
 * What an aggregation is computed with. In: names and numbers from policy and model specifications. Held: immutable records, each
 * proven possible when constructed. Out: the derived sizes, bounds and weights that every other package computes with. Failing: numbers
 * that cannot work throw {@link java.lang.IllegalArgumentException}; names and values that arrived in a message are refused by {@link
 * org.silofold.protocol.reason.RejectedException}.
 */
package org.silofold.protocol.params;
