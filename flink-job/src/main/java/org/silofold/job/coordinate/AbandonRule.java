package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.coordinate.Requested.Answer;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.RosterId;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.reason.Reason;

/**
 * t refusals prove that a cohort can never be certified, so its updates are free again, and the refusals go with the next request that
 * lists them. An update that more than f members name as standing in the way, for a reason that will not pass, ends; so does one that was
 * in {@value #MOST} abandoned cohorts.
 */
final class AbandonRule {
    static final int MOST = 4;

    /** Reasons that lie with the cohort or the moment, not with an update. */
    private static final Set<Reason> PASSING = EnumSet.of(
            Reason.LOCKED,
            Reason.COHORT_TOO_SMALL,
            Reason.COHORT_TOO_LARGE,
            Reason.DUPLICATE_ORGANISATION,
            Reason.WRONG_PREVIOUS,
            Reason.VERSION_PUBLISHED);

    private AbandonRule() {}

    static void run(Step step, Requested requested) {
        CoordinatorState state = step.state();
        Proposal proposal = requested.proposal();
        SortedMap<String, byte[]> refusals = new TreeMap<>();
        requested.answers().forEach((member, answer) -> {
            if (answer.refused().isPresent()) {
                refusals.put(member, answer.record());
            }
        });
        RosterId roster = RosterId.of(proposal.terms().context());
        state.abandonments().put(proposal.digest(), new Abandonment(roster, refusals));
        step.audit(AuditEvents.COHORT_ABANDONED, CloseRule.details(proposal, "reasons", reasons(requested)));
        state.setInFlight(Optional.empty());
        Suspicions.raiseWithdrawn(step, requested);
        for (UpdateRef ref : proposal.cohort()) {
            TrackedUpdate update = state.updates().get(UpdateKey.of(ref));
            if (update != null) {
                GivingUp.release(step, proposal, update);
                update.abandonedCohorts().add(proposal.digest());
            }
        }
        step.fold(new FoldCommand.Discard(proposal.accumulator()));
        for (UpdateRef ref : proposal.cohort()) {
            TrackedUpdate update = state.updates().get(UpdateKey.of(ref));
            if (update != null) {
                fatal(requested, ref).ifPresent(reason -> Ending.refuse(step, update, reason));
                if (fatal(requested, ref).isEmpty() && update.abandonedCohorts().size() >= MOST) {
                    Ending.refuse(step, update, Reason.NOT_ANSWERED);
                }
            }
        }
        freeNewestFirst(step, proposal);
    }

    /** The reason most members gave against this update, if more than f gave one that will not pass. */
    private static Optional<Reason> fatal(Requested requested, UpdateRef ref) {
        int faults = new CommitteeSize(requested.proposal().terms().committee().size()).faults();
        List<Reason> against = new ArrayList<>();
        for (Answer answer : requested.answers().values()) {
            if (answer.refused().isPresent()
                    && !PASSING.contains(answer.refused().get())
                    && answer.inTheWay().contains(ref)) {
                against.add(answer.refused().get());
            }
        }
        if (against.size() <= faults) {
            return Optional.empty();
        }
        Reason most = against.get(0);
        for (Reason reason : against) {
            if (count(against, reason) > count(against, most)) {
                most = reason;
            }
        }
        return Optional.of(most);
    }

    private static long count(List<Reason> reasons, Reason reason) {
        return reasons.stream().filter(r -> r == reason).count();
    }

    /** A freed update gives way to a newer one of its silo that has become eligible meanwhile. */
    private static void freeNewestFirst(Step step, Proposal proposal) {
        for (UpdateRef ref : proposal.cohort()) {
            Eligibility.supersede(step, ref.silo());
        }
    }

    private static String reasons(Requested requested) {
        return requested.answers().values().stream()
                .flatMap(answer -> answer.refused().stream())
                .map(Reason::code)
                .sorted()
                .distinct()
                .reduce((a, b) -> a + "," + b)
                .orElse("");
    }
}
