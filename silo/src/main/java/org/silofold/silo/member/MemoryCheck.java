package org.silofold.silo.member;

import java.util.Optional;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what the member said against what its store knows of it. Something said and not known shows that the store is older than the past:
 * the member then stands aside for the rest of the epoch.
 */
final class MemoryCheck {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryCheck.class);

    private final MemberStore store;
    private final String self;

    MemoryCheck(MemberStore store, String self) {
        this.store = store;
        this.self = self;
    }

    /**
     * A vote or a refusal of the member's own: the store must hold the same.
     *
     * @throws RejectedException if it is of another federation or epoch, or not the member's
     */
    void vote(RegistrySnapshot registry, UnmaskVote vote) {
        requireOwn(registry, vote.context());
        Optional<GivenAnswer> given = store.cohorts().answerTo(vote.cohortDigest());
        boolean known = given.isPresent()
                && given.get().refused().isPresent() == vote.refused().isPresent();
        remembers(registry, known, "gave an answer to cohort " + vote.cohortDigest());
    }

    /**
     * A response of the member's own: the store must know its cohort as spent.
     *
     * @throws RejectedException if it is of another federation or epoch, or not the member's
     */
    void response(RegistrySnapshot registry, UnmaskResponse response) {
        requireOwn(registry, response.context());
        remembers(
                registry,
                store.marks().isSpent(response.cohortDigest()),
                "answered the certificate of cohort " + response.cohortDigest());
    }

    /**
     * A promise of the member's own never to vote for updates: the store must hold it.
     *
     * @throws RejectedException if it is of another federation or epoch, or not the member's
     */
    void neverVoted(RegistrySnapshot registry, NeverVoted promise) {
        requireOwn(registry, promise.context());
        remembers(
                registry,
                promise.updates().stream().allMatch(store.withdrawals()::isMarked),
                "promised never to vote for an update");
    }

    private void requireOwn(RegistrySnapshot registry, Context context) {
        registry.requireEpoch(context);
        if (!context.sender().equals(self)) {
            throw new RejectedException(Reason.WRONG_SENDER, context.sender() + " is not " + self);
        }
    }

    private void remembers(RegistrySnapshot registry, boolean known, String what) {
        if (!known && !store.standsAside(registry.epoch())) {
            store.standAside(registry.epoch());
            LOG.error(
                    "{} {}, of which its store knows nothing: it lost its memory, and gives no more answers in epoch {}",
                    self,
                    what,
                    registry.epoch());
        }
    }
}
