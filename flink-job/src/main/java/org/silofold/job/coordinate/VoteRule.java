package org.silofold.job.coordinate;

import java.util.Optional;
import org.silofold.job.coordinate.Requested.Answer;
import org.silofold.job.event.CoordinatorEvent.VoteSeen;
import org.silofold.job.event.RosterId;
import org.silofold.protocol.cohort.RequestTimes;
import org.silofold.protocol.cohort.VoteTally;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.CommitteeSize;

/** Counts the members' answers to the cohort in hand: t votes certify it, t refusals abandon it, its second deadline spends it. */
final class VoteRule {
    private static final byte[] NO_RECORD = {};

    private VoteRule() {}

    static void vote(Step step, VoteSeen vote) {
        InFlight inFlight = step.state().inFlight().orElse(null);
        if (inFlight instanceof Requested requested && names(requested.proposal(), vote)) {
            if (mayAnswer(step, requested.proposal(), vote)) {
                byte[] record = vote.refused().isPresent() ? vote.record() : NO_RECORD;
                requested.answers().putIfAbsent(vote.member(), new Answer(vote.refused(), vote.inTheWay(), record));
            }
        } else if (inFlight instanceof Certified certified && names(certified.proposal(), vote)) {
            if (vote.refused().isEmpty() && mayAnswer(step, certified.proposal(), vote)) {
                certified.voters().add(vote.member());
            }
        } else if (step.state().abandonments().containsKey(vote.cohortDigest())) {
            step.state().abandonments().get(vote.cohortDigest()).add(step, vote);
        } else if (mayBeKnownLater(step.state(), vote.member(), vote.buffer().version(), vote.cohortDigest())) {
            step.state().early().keep(vote, step.state().isBehind());
        }
    }

    private static boolean mayAnswer(Step step, Proposal proposal, VoteSeen vote) {
        return Seats.mayAnswer(step, proposal.terms(), vote.member(), vote.roster());
    }

    /** Whether a member's answer may be to a cohort of the log that the state has not read yet. */
    static boolean mayBeKnownLater(CoordinatorState state, String member, long version, Digest cohort) {
        boolean ahead = state.publishedVersion().isEmpty()
                || version > state.publishedVersion().getAsLong();
        boolean over = state.requested().containsValue(cohort)
                && LogRule.proposal(state).map(p -> !p.digest().equals(cohort)).orElse(true);
        return ahead
                && !over
                && state.registry().map(r -> r.roster().point(member) > 0).orElse(true);
    }

    /** Whether the cohort was certified, abandoned or given up. */
    static boolean settle(Step step) {
        if (!(step.state().inFlight().orElse(null) instanceof Requested requested)) {
            return false;
        }
        Proposal proposal = requested.proposal();
        VoteTally tally = requested.tally(step);
        if (tally.certified()) {
            certify(step, requested);
            return true;
        }
        if (tally.abandoned()) {
            AbandonRule.run(step, requested);
            return true;
        }
        boolean published = step.state().log().manifests().containsKey(requested.version());
        if (step.now() < requested.deadlineMillis() || published) {
            return false;
        }
        if (requested.requests() < RequestTimes.MOST_REQUESTS && mayHelp(step, requested)) {
            CloseRule.requestAgain(step, requested);
            return true;
        }
        if (hasAllAnswers(requested) || FenceRule.isOver(step, requested)) {
            step.audit(
                    AuditEvents.COHORT_NOT_ANSWERED,
                    CloseRule.details(
                            proposal,
                            "votes",
                            Integer.toString(tally.votes()),
                            "refusals",
                            Integer.toString(tally.refusals())));
            Suspicions.raiseWithdrawn(step, requested);
            GivingUp.notAnswered(step, proposal);
            return true;
        }
        return false;
    }

    /** Whether asking again can bring more answers: some members have given none, and the roster is still the cohort's. */
    private static boolean mayHelp(Step step, Requested requested) {
        return !hasAllAnswers(requested) && isOfThisRoster(step, requested.proposal());
    }

    private static boolean hasAllAnswers(Requested requested) {
        return requested.answers().size()
                == requested.proposal().terms().committee().size();
    }

    static boolean isOfThisRoster(Step step, Proposal proposal) {
        return RosterId.of(proposal.terms().context())
                .equals(RosterId.of(step.registry().context()));
    }

    static int threshold(Proposal proposal) {
        return new CommitteeSize(proposal.terms().committee().size()).threshold();
    }

    private static void certify(Step step, Requested requested) {
        Proposal proposal = requested.proposal();
        Certified certified =
                new Certified(proposal, step.now() + proposal.terms().responseTimeoutMillis());
        requested.answers().forEach((member, answer) -> {
            if (answer.refused().isEmpty() && Seats.mayStillSpeak(step, member)) {
                certified.voters().add(member);
            }
        });
        step.state().setInFlight(Optional.of(certified));
        step.audit(
                AuditEvents.COHORT_CERTIFIED,
                CloseRule.details(proposal, "voters", String.join(",", certified.voters())));
        step.state().early().takeResponses(proposal).forEach(response -> AnswerRule.response(step, response));
    }

    private static boolean names(Proposal proposal, VoteSeen vote) {
        return proposal.digest().equals(vote.cohortDigest())
                && proposal.buffer().equals(vote.buffer());
    }
}
