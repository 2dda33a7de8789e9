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

    /** Every update of the cohort is spent; its sum will never be opened. */
    static void spendAll(Step step, Proposal proposal, Reason reason) {
        step.fold(new FoldCommand.Discard(proposal.accumulator()));
        for (UpdateRef ref : proposal.cohort()) {
            TrackedUpdate update = step.state().updates().get(UpdateKey.of(ref));
            if (update != null) {
                Ending.spend(step, update, reason);
            }
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
            TrackedUpdate update = state.updates().get(UpdateKey.of(ref));
            if (update == null) {
                continue;
            }
            boolean free =
                    other.frees() || state.log().lists(update.key()) || LogRule.lists(other.cohort(), update.key());
            if (!certified && free) {
                release(step, proposal, update);
            } else {
                Ending.spend(step, update, Reason.NOT_ANSWERED);
            }
        }
        step.fold(new FoldCommand.Discard(proposal.accumulator()));
    }
}
