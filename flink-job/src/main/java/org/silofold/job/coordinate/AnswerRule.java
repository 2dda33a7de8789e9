package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.silofold.job.event.CoordinatorEvent.ResponseSeen;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.reason.Reason;

/** Collects the members' sums of shares for a certified cohort and opens it, or ends it at its deadline: broken, or not answered. */
final class AnswerRule {
    private static final long LONG_ENOUGH_MILLIS = 3_600_000;

    private AnswerRule() {}

    static void response(Step step, ResponseSeen response) {
        CoordinatorState state = step.state();
        if (state.inFlight().orElse(null) instanceof Publishing publishing
                && publishing.cohortDigest().equals(response.cohortDigest())) {
            publishing.owing().remove(response.member());
            return;
        }
        if (state.inFlight().orElse(null) instanceof Breaking breaking
                && breaking.proposal().digest().equals(response.cohortDigest())) {
            return;
        }
        if (!(state.inFlight().orElse(null) instanceof Certified certified)
                || !certified.proposal().digest().equals(response.cohortDigest())) {
            if (VoteRule.mayBeKnownLater(
                    state, response.member(), response.buffer().version(), response.cohortDigest())) {
                state.early().keep(response, state.isBehind());
            }
            return;
        }
        Proposal proposal = certified.proposal();
        int point = proposal.terms().point(response.member());
        if (!Seats.mayAnswer(step, proposal.terms(), response.member(), response.roster())
                || certified.responses().containsKey(point)) {
            return;
        }
        if (!proposal.buffer().equals(response.buffer())
                || !step.math().isBlock(proposal.terms().parameterSet(), response.words())) {
            wrong(step, proposal, response.member());
            return;
        }
        certified.add(point, response.words());
    }

    /** Whether the cohort was opened or given up. */
    static boolean settle(Step step) {
        if (!(step.state().inFlight().orElse(null) instanceof Certified certified)) {
            return false;
        }
        Proposal proposal = certified.proposal();
        Optional<List<int[]>> metaBlocks = joined(step.state(), proposal);
        if (metaBlocks.isPresent() && !certified.isFoldTold()) {
            step.fold(new FoldCommand.Certified(proposal.accumulator()));
            certified.setFoldTold();
        }
        Optional<Opening> opening =
                certified.isTried() ? Optional.empty() : metaBlocks.flatMap(blocks -> open(step, certified, blocks));
        if (opening.isPresent()) {
            opening.get().wrong().forEach(point -> wrong(step, proposal, member(proposal, point)));
            OpenRule.opened(step, certified, opening.get());
            return true;
        }
        boolean published = step.state().log().manifests().containsKey(certified.version());
        boolean allAnswered =
                certified.responses().size() == proposal.terms().committee().size();
        if (published || !((allAnswered && metaBlocks.isPresent()) || FenceRule.isOver(step, certified))) {
            return false;
        }
        if (metaBlocks.isEmpty() && isAnswered(certified) && mayStillBeRead(step, certified)) {
            certified.extend(step.now() + proposal.terms().responseTimeoutMillis());
            step.audit(AuditEvents.UPDATES_NOT_READ, CloseRule.details(proposal));
            return false;
        }
        giveUp(step, certified, metaBlocks.isPresent());
        return true;
    }

    private static boolean isAnswered(Certified certified) {
        return certified.responses().size() >= VoteRule.threshold(certified.proposal());
    }

    /**
     * Whether the cohort's updates may all be read yet. After a restore answers are soon read again, and large updates later: that is nobody's
     * fault. What is not there after an hour, or for as long as updates live, is gone.
     */
    private static boolean mayStillBeRead(Step step, Certified certified) {
        Proposal proposal = certified.proposal();
        long patience = Math.max(LONG_ENOUGH_MILLIS, step.registry().policy().expiryMillis());
        return certified.extensions() * proposal.terms().responseTimeoutMillis() < patience
                && proposal.cohort().stream()
                        .map(UpdateKey::of)
                        .noneMatch(step.state().ended()::contains);
    }

    private static Optional<Opening> open(Step step, Certified certified, List<int[]> metaBlocks) {
        Proposal proposal = certified.proposal();
        int threshold = VoteRule.threshold(proposal);
        CommitteeSize size = new CommitteeSize(proposal.terms().committee().size());
        // f silent members must not be able to stop an opening: no more is waited for than the others can give.
        int spare = size.n() - size.faults() - threshold;
        int needed = threshold + Math.min(spare, proposal.terms().extraResponses());
        certified.setTried();
        return Opening.find(step.math(), proposal.terms(), threshold, needed, certified.responses(), metaBlocks);
    }

    /** The cohort's meta blocks, once every update of it is in its accumulator. */
    private static Optional<List<int[]>> joined(CoordinatorState state, Proposal proposal) {
        List<int[]> blocks = new ArrayList<>();
        for (UpdateRef ref : proposal.cohort()) {
            TrackedUpdate update = state.updates().get(UpdateKey.of(ref));
            if (update == null || update.stage() != Stage.REQUESTED) {
                return Optional.empty();
            }
            blocks.add(update.manifest().orElseThrow().metaWords());
        }
        return Optional.of(blocks);
    }

    private static void giveUp(Step step, Certified certified, boolean tried) {
        Proposal proposal = certified.proposal();
        List<String> owing = Standing.owing(step.state(), certified);
        for (String member : owing) {
            Standing.strike(step, member);
            step.audit(AuditEvents.NO_RESPONSE, CloseRule.details(proposal, "member", member));
        }
        String responses = Integer.toString(certified.responses().size());
        if (tried && isAnswered(certified)) {
            step.audit(AuditEvents.COHORT_DOES_NOT_OPEN, CloseRule.details(proposal, "responses", responses));
            BrokenRule.tell(step, proposal);
        } else {
            step.audit(AuditEvents.COHORT_NOT_ANSWERED, CloseRule.details(proposal, "responses", responses));
            if (!isAnswered(certified)) {
                Suspicions.raiseUnanswerable(step, proposal, owing);
            }
            GivingUp.notAnswered(step, proposal);
        }
    }

    static boolean acceptedAll(CoordinatorState state, Proposal proposal, String member) {
        return proposal.cohort().stream()
                .map(ref -> state.updates().get(UpdateKey.of(ref)))
                .allMatch(update -> update != null && update.isAcceptedBy(member));
    }

    private static void wrong(Step step, Proposal proposal, String member) {
        Standing.strike(step, member);
        step.audit(
                AuditEvents.WRONG_RESPONSE,
                CloseRule.details(proposal, "member", member, "reason", Reason.WRONG_RESPONSE.code()));
    }

    private static String member(Proposal proposal, int point) {
        return proposal.terms().committee().get(point - 1);
    }
}
