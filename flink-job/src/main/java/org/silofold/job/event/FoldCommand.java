package org.silofold.job.event;

import org.silofold.protocol.message.Context;

/**
 * What the coordinator tells every shard of the fold, in this order, once a shard. An accumulator is a running sum modulo q, named by
 * a number that is never used again; which version and attempt its cohort will make is the coordinator's business. A command may
 * overtake the bytes it is about: the fold remembers it until they arrive.
 */
public sealed interface FoldCommand {
    /**
     * Add this update's words to the accumulator, which starts at zero, and keep the bytes staged.
     *
     * @param accumulator which
     * @param update whose words
     */
    record Join(long accumulator, UpdateKey update) implements FoldCommand {}

    /**
     * Subtract this update's words from the accumulator again; the bytes stay staged. Never after {@link Certified}.
     *
     * @param accumulator which
     * @param update whose words
     */
    record Leave(long accumulator, UpdateKey update) implements FoldCommand {}

    /**
     * The update has ended: forget its staged bytes, and ignore what may still arrive of it. May come more than once. Does not touch
     * any accumulator: where the update's words must go, a {@link Leave} came before.
     *
     * @param update which
     */
    record Drop(UpdateKey update) implements FoldCommand {}

    /**
     * The accumulator's cohort is certified: nothing will be subtracted any more, so the staged bytes of the updates in it can go.
     *
     * @param accumulator which
     */
    record Certified(long accumulator) implements FoldCommand {}

    /**
     * The accumulator will never make a version: forget it, and the candidate that it was opened into. Staged bytes of updates that were
     * in it stay until their {@link Drop}.
     *
     * @param accumulator which
     */
    record Discard(long accumulator) implements FoldCommand {}

    /**
     * Unmask the accumulator once all its bytes are in, step the optimiser from the previous version into a candidate, tell publish its
     * digest and how many sums were out of bounds, and forget the accumulator. The version that the shard is at stays as it is.
     *
     * @param accumulator which
     * @param version the version that comes out
     * @param attempt whose cohort it is
     * @param previousVersion the version that the shard must be at
     * @param secretSum sum of the cohort's mask secrets, N words in coefficient order
     * @param sumOfWeights what the mean divides by: the opened sum of weights, or what stands for it under a private policy
     * @param cohortSize updates in the cohort
     * @param terms parameter set, encoding and optimiser
     */
    record Open(
            long accumulator,
            long version,
            int attempt,
            long previousVersion,
            int[] secretSum,
            double sumOfWeights,
            int cohortSize,
            Terms terms)
            implements FoldCommand {}

    /**
     * The version's manifest is in the log: what was its candidate is what the shard is at from now on; send it out. May come before
     * the candidate is made.
     *
     * @param version the version
     */
    record Apply(long version) implements FoldCommand {}

    /**
     * The manifest of a version without cohort is in the log: the shard is at this version, with the parameters and moments of the version
     * before it; send it out. May come before that one is applied.
     *
     * @param version the version
     * @param context the aggregator's context for the model
     */
    record Carry(long version, Context context) implements FoldCommand {}

    /**
     * Send the shard out once more, if it is at this version: it may be that nobody has read it.
     *
     * @param version the version
     * @param context the aggregator's context for the model
     */
    record SendAgain(long version, Context context) implements FoldCommand {}
}
