package org.silofold.protocol.cohort;

import org.silofold.protocol.registry.Policy;

/** How long a request for a cohort can be answered, in milliseconds: what the aggregator gives and what members count on. */
public final class RequestTimes {
    /**
     * How often one cohort is put to the committee before it is given up: members that missed the first request, or that waited for what they
     * had not seen, answer the second. It is the same cohort to them, since its expiry is not in its digest.
     */
    public static final int MOST_REQUESTS = 2;

    /** How far a member's clock may be ahead of the aggregator's, or a record take to reach one of them later than the other. */
    public static final long CLOCK_MARGIN_MILLIS = 5_000;

    private RequestTimes() {}

    /**
     * How long after a withdrawal a request that was made before the aggregator saw it may still be open (docs/protocol.md, 6.5.1): for that
     * long a member goes on voting for the update, so that no cohort is split between members that heard of the withdrawal before the request
     * and others that heard of it after.
     *
     * <p>A request's expiry is a time of the aggregator's clock, and this is time that passes at the member. Where the aggregator's clock is
     * more than {@value #CLOCK_MARGIN_MILLIS} ms ahead of the member's, its requests are open for longer, and a cohort may be split.
     */
    public static long openAfterWithdrawal(Policy policy) {
        long most = (Long.MAX_VALUE - CLOCK_MARGIN_MILLIS) / MOST_REQUESTS;
        return Math.min(policy.voteTimeoutMillis(), most) * MOST_REQUESTS + CLOCK_MARGIN_MILLIS;
    }
}
