package org.silofold.job.coordinate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.silofold.job.coordinate.LogBook.LoggedBroken;
import org.silofold.job.event.CoordinatorEvent.OwnBrokenSeen;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/**
 * What follows when the log says that an attempt is broken: its cohort is spent, its candidate dropped, its silos suspected, and the
 * next attempt at the same version goes on from what is applied. The log's word is final, whatever the state had of that attempt.
 */
final class BrokenRule {
    private BrokenRule() {}

    /** Tells the log of a cohort that does not open. It stays in hand until that is read back. */
    static void tell(Step step, Proposal proposal) {
        step.broken(new CohortBroken(
                proposal.terms().context().withPurpose(Purpose.COHORT_BROKEN),
                proposal.buffer(),
                proposal.digest(),
                Reason.COHORT_BROKEN));
        step.state().setInFlight(Optional.of(new Breaking(proposal)));
    }

    /** Notes that an attempt at a version that is not out is broken. */
    static void broken(Step step, OwnBrokenSeen seen) {
        CoordinatorState state = step.state();
        Buffer buffer = seen.buffer();
        boolean over = state.publishedVersion().isPresent()
                && buffer.version() <= state.publishedVersion().getAsLong();
        if (!over) {
            state.log().broken().putIfAbsent(buffer, new LoggedBroken(seen.cohortDigest(), seen.reason()));
        }
    }

    /**
     * Whether an attempt in hand, or one that the log was about to hand over, came to its end. A later attempt, or a void version, may have
     * been published since: what is in hand is not that.
     */
    static boolean settle(Step step) {
        CoordinatorState state = step.state();
        boolean moved = false;
        for (Map.Entry<Buffer, LoggedBroken> broken : state.log().broken().entrySet()) {
            LogBook.LoggedManifest published =
                    state.log().manifests().get(broken.getKey().version());
            if (published != null && published.cohort().buffer().equals(broken.getKey())) {
                continue;
            }
            moved |= endInHand(step, broken.getKey(), broken.getValue());
            LogBook.LoggedCohort logged = state.log().requests().get(broken.getKey());
            if (logged != null && logged.digest().equals(broken.getValue().cohortDigest())) {
                state.log().requests().remove(broken.getKey());
                state.requested().putIfAbsent(broken.getKey(), logged.digest());
                spend(step, broken.getKey(), broken.getValue(), logged.cohort());
                moved = true;
            }
        }
        return moved;
    }

    private static boolean endInHand(Step step, Buffer buffer, LoggedBroken broken) {
        CoordinatorState state = step.state();
        InFlight inFlight = state.inFlight().orElse(null);
        if (inFlight instanceof Publishing publishing
                && publishing.isOf(buffer)
                && publishing.cohortDigest().equals(broken.cohortDigest())) {
            publishing.accumulator().ifPresent(number -> step.fold(new FoldCommand.Discard(number)));
            state.setInFlight(Optional.empty());
            spend(step, buffer, broken, publishing.cohort());
            return true;
        }
        Proposal proposal = LogRule.proposal(state).orElse(null);
        if (proposal != null
                && proposal.buffer().equals(buffer)
                && proposal.digest().equals(broken.cohortDigest())) {
            GivingUp.spendAll(step, proposal, broken.reason());
            spend(step, buffer, broken, proposal.cohort());
            return true;
        }
        return false;
    }

    private static void spend(Step step, Buffer buffer, LoggedBroken broken, List<UpdateRef> cohort) {
        Suspicions.raise(step, cohort);
        step.audit(
                AuditEvents.COHORT_BROKEN,
                "version",
                Long.toString(buffer.version()),
                "attempt",
                Integer.toString(buffer.attempt()),
                "cohort",
                broken.cohortDigest().hex(),
                "reason",
                broken.reason().code());
        for (UpdateRef ref : cohort) {
            Ending.spend(step, UpdateKey.of(ref), broken.reason());
        }
    }
}
