package org.silofold.job.coordinate;

/** A cohort that waits for the committee until a deadline. */
abstract sealed class Awaiting implements InFlight permits Requested, Certified {
    private final Proposal proposal;
    private long deadlineMillis;
    private boolean lastCall;

    Awaiting(Proposal proposal, long deadlineMillis) {
        this.proposal = proposal;
        this.deadlineMillis = deadlineMillis;
    }

    final Proposal proposal() {
        return proposal;
    }

    /** Until when the committee is waited for. */
    final long deadlineMillis() {
        return deadlineMillis;
    }

    /** Puts the deadline off to then, if it is earlier. */
    final void extendTo(long millis) {
        deadlineMillis = Math.max(deadlineMillis, millis);
    }

    /** Whether the next deadline is the last: one has passed already. */
    final boolean isLastCall() {
        return lastCall;
    }

    final void setLastCall() {
        lastCall = true;
    }

    @Override
    public final long version() {
        return proposal.buffer().version();
    }
}
