/**
 * Differential privacy for the opened sums, when a policy asks for it: each silo clips its update to an l2 norm and adds its share of discrete
 * Gaussian noise before it masks, so that what a cohort opens to hides whether any one silo's data was there. docs/protocol.md, section
 * 3.7.
 *
 * <p>In: the policy's numbers and a float32 delta on the silo; opened sums on the aggregator. Held: on the silo one int a parameter until
 * the encoder is closed. Out: masked words of the same form and range as without privacy; the mean; epsilon for a number of updates.
 * Failing: parameters that cannot work are refused by {@link java.lang.IllegalArgumentException} where they are put together, a delta of the
 * wrong shape or not finite by {@link org.silofold.protocol.reason.RejectedException} before anything is drawn or written.
 *
 * <p>How the parties use it:
 *
 * <pre>
 *   PrivateEncoding encoding = PrivateEncoding.of(new Encoding(set, clip, maxCohort),
 *           l2Clip, noiseMultiplier, minCohort, colluders, parameterCount);
 *   PrivacyAccountant accountant = PrivacyAccountant.of(encoding);
 *
 *   silo, before its first send from a base: accountant.epsilon(sent + 1, delta) &lt;= epsilon, or it does not take part
 *   silo:        try (PrivateUpdateEncoder encoder = new PrivateUpdateEncoder(encoding, layout, masker, delta, KeyStream.fresh(random))) {
 *                    for each shard: encoder.shard(i);
 *                    encoder.meta();
 *                }
 *   aggregator:  opener = new SumOpener(elements, layout, encoding.encoding(), secretSum, cohort);
 *                opener.meta(folded, List.of(), 1.0);    checks canaries and weights; its sum of weights is not used
 *                opener.mean(shard, folded, encoding.sumOfWeights(cohort), mean);
 * </pre>
 *
 * <p>A model whose policy asks for privacy names no metrics: their sums would carry no noise. Its weights are all 1, and the mean divides by
 * the number of silos. A participation is charged when its first byte is sent, whether the cohort ever opens or not.
 */
package org.silofold.protocol.privacy;
