/**
 * Between real values and units of the ring. In: a float32 delta, its weight and metrics on the silo; opened integer sums on the aggregator.
 * Held: nothing between calls but the state of the randomness for rounding. Out: masked words, or the weighted mean and the sums of
 * weights and metrics. Failing: NaN and infinities, metrics outside their range, and sums that no honest cohort has are refused by
 * {@link org.silofold.protocol.reason.RejectedException} before anything is written.
 */
package org.silofold.protocol.encode;
