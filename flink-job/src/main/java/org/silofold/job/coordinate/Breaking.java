package org.silofold.job.coordinate;

/**
 * A certified cohort that no secret sum opens, and of which the log is told so. It ends when that is read back: so a state from before
 * learns of it, too.
 *
 * @param proposal the cohort
 */
record Breaking(Proposal proposal) implements InFlight {
    @Override
    public long version() {
        return proposal.buffer().version();
    }
}
