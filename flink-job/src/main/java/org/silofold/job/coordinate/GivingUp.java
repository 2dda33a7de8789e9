package org.silofold.job.coordinate;

import java.util.Optional;
import java.util.OptionalLong;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/** The ways in which the cohort in hand comes to nothing. Each leaves no version in the making. */
final class GivingUp {
    private GivingUp() {}

    /** Too few answered in time: for the reason that their epoch is over, if it is. */
    static void notAnswered(Step step, Proposal proposal) {
        int epoch = step.registry().context().rosterEpoch();
        spendAll(
                step,
                proposal,
                proposal.terms().context().rosterEpoch() < epoch ? Reason.EPOCH_ENDED : Reason.NOT_ANSWERED);
    }

    /** Every update of the cohort is spent; its sum will never be opened. */
    static void spendAll(Step step, Proposal proposal, Reason reason) {
        step.fold(new FoldCommand.Discard(proposal.accumulator()));
        for (UpdateRef ref : proposal.cohort()) {
            Ending.spend(step, UpdateKey.of(ref), reason);
        }
        step.state().setInFlight(Optional.empty());
    }

    /** Takes an update out of the cohort's accumulator again; its bytes stay staged, and it may join anew. */
    static void release(Step step, Proposal proposal, TrackedUpdate update) {
        if (update.accumulator().isPresent()) {
            step.fold(new FoldCommand.Leave(proposal.accumulator(), update.key()));
        }
        update.setAccumulator(OptionalLong.empty());
        update.setStage(Stage.GATHERING);
    }

    /** Another cohort, from the log, takes this one's place. */
    static void inFavour(Step step, Proposal proposal, LogBook.LoggedCohort other) {
        CoordinatorState state = step.state();
        boolean certified = !(state.inFlight().orElse(null) instanceof Requested);
        state.setInFlight(Optional.empty());
        step.audit(AuditEvents.COHORT_GIVEN_UP, CloseRule.details(proposal));
        for (UpdateRef ref : proposal.cohort()) {
            UpdateKey key = UpdateKey.of(ref);
            boolean free = other.frees() || state.log().lists(key) || LogRule.lists(other.cohort(), key);
            if (certified || !free) {
                Ending.spend(step, key, Reason.NOT_ANSWERED);
            } else if (state.updates().containsKey(key)) {
                release(step, proposal, state.updates().get(key));
            }
        }
        step.fold(new FoldCommand.Discard(proposal.accumulator()));
    }
}
