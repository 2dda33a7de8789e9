package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.silofold.job.coordinate.LogBook.LoggedCohort;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.Terms;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/**
 * The log wins: a cohort that the aggregator's own log holds for the version in the making is taken over, whatever the state had in
 * hand for it. So after a restore from older state no second cohort is put to the committee for one version and attempt.
 */
final class LogRule {
    private LogRule() {}

    /** Notes a request that the state did not make. */
    static void request(Step step, UnmaskRequest request) {
        CoordinatorState state = step.state();
        Buffer buffer = request.buffer();
        boolean over = state.publishedVersion().isPresent()
                && buffer.version() <= state.publishedVersion().getAsLong();
        if (over) {
            return;
        }
        Optional<LoggedCohort> logged = LoggedCohorts.of(step, request);
        if (logged.isEmpty()) {
            return;
        }
        Digest digest = logged.get().digest();
        Digest first = state.log().first().putIfAbsent(buffer, digest);
        if (first != null && !first.equals(digest)) {
            conflict(step, logged.get());
        } else if (!digest.equals(state.requested().get(buffer))) {
            state.log().requests().put(buffer, logged.get());
        }
    }

    /** Takes over what the log holds for the next version; whether anything changed. */
    static boolean adopt(Step step) {
        CoordinatorState state = step.state();
        if (state.publishedVersion().isEmpty()) {
            return false;
        }
        long next = state.publishedVersion().getAsLong() + 1;
        Optional<LoggedCohort> found = state.log().cohortOf(next);
        if (found.isEmpty() || state.inFlight().orElse(null) instanceof Publishing) {
            return false;
        }
        LoggedCohort logged = found.get();
        Optional<Proposal> inHand = proposal(state);
        if (inHand.isPresent() && inHand.get().digest().equals(logged.digest())) {
            return state.log().requests().keySet().removeIf(b -> b.version() == next);
        }
        if (isOfAnotherPolicy(step, next)) {
            return false;
        }
        Digest ours = state.requested().get(logged.buffer());
        boolean oursIsOver = ours != null
                && inHand.map(p -> !p.buffer().equals(logged.buffer())).orElse(true);
        boolean older = inHand.isPresent()
                && inHand.get().buffer().attempt() > logged.buffer().attempt();
        if (!state.log().manifests().containsKey(next) && (oursIsOver || older)) {
            conflict(step, logged);
            state.log().requests().remove(logged.buffer());
            return true;
        }
        inHand.ifPresent(proposal -> GivingUp.inFavour(step, proposal, logged));
        settleOtherAttempts(step, next, logged);
        LogBook.LoggedManifest manifest = state.log().manifests().get(next);
        if (manifest != null && manifest.voidVersion().isPresent()) {
            VoidRule.adopt(step, manifest);
        } else {
            take(step, logged);
        }
        return true;
    }

    /**
     * Whether the version was opened under another policy than the one in force here, which alone is known: made again under that, it
     * would differ and halt its model. It waits for a newer savepoint, or for the registry.
     */
    private static boolean isOfAnotherPolicy(Step step, long version) {
        LogBook.LoggedManifest manifest = step.state().log().manifests().get(version);
        return manifest != null
                && manifest.voidVersion().isEmpty()
                && manifest.cohort().context().policySequence()
                        != step.registry().policy().sequence();
    }

    /** Adds updates of an adopted cohort into its accumulator as they become complete. */
    static void joinAdopted(Step step) {
        Optional<Proposal> inHand = proposal(step.state());
        if (inHand.isEmpty()) {
            return;
        }
        Proposal proposal = inHand.get();
        for (UpdateRef ref : proposal.cohort()) {
            TrackedUpdate update = step.state().updates().get(UpdateKey.of(ref));
            if (update != null
                    && update.stage() != Stage.REQUESTED
                    && update.manifest().map(m -> m.ref().equals(ref)).orElse(false)
                    && update.checkRoot()
                    && update.isComplete()) {
                update.setStage(Stage.REQUESTED);
                update.setAccumulator(OptionalLong.of(proposal.accumulator()));
                step.fold(new FoldCommand.Join(proposal.accumulator(), update.key()));
                step.fate(
                        update.key(),
                        UpdateFate.Kind.JOINED,
                        Optional.empty(),
                        proposal.buffer().version());
            }
        }
    }

    /** Whether the log or the cohort in hand already disposes of this update: then no other rule may. */
    static boolean isLogged(CoordinatorState state, TrackedUpdate update) {
        UpdateKey key = update.key();
        return proposal(state).map(p -> lists(p.cohort(), key)).orElse(false)
                || state.log().lists(key);
    }

    /** The latest attempt that was ever made at this version, by the state or by the log; 0 if none. */
    static int lastAttempt(CoordinatorState state, long version) {
        List<Buffer> all = new ArrayList<>(state.requested().keySet());
        all.addAll(state.log().requests().keySet());
        return all.stream()
                .filter(b -> b.version() == version)
                .mapToInt(Buffer::attempt)
                .max()
                .orElse(0);
    }

    /** The cohort in hand, while no version came of it. */
    static Optional<Proposal> proposal(CoordinatorState state) {
        return state.inFlight().flatMap(inFlight -> {
            if (inFlight instanceof Requested requested) {
                return Optional.of(requested.proposal());
            }
            if (inFlight instanceof Breaking breaking) {
                return Optional.of(breaking.proposal());
            }
            return inFlight instanceof Certified certified ? Optional.of(certified.proposal()) : Optional.empty();
        });
    }

    static boolean lists(List<UpdateRef> cohort, UpdateKey key) {
        return cohort.stream().anyMatch(ref -> UpdateKey.of(ref).equals(key));
    }

    private static void take(Step step, LoggedCohort logged) {
        CoordinatorState state = step.state();
        Terms now = Terms.of(step.registry());
        Proposal proposal = new Proposal(
                logged.buffer(),
                state.nextAccumulator(),
                logged.previousDigest(),
                logged.cohort(),
                logged.digest(),
                now.withContext(logged.context()));
        for (UpdateRef ref : logged.cohort()) {
            TrackedUpdate update = state.updates().get(UpdateKey.of(ref));
            if (update != null) {
                Ending.leaveBuffer(step, update);
            }
        }
        state.requested().put(logged.buffer(), logged.digest());
        long deadline = step.now() + step.registry().policy().voteTimeoutMillis();
        state.setInFlight(Optional.of(new Requested(proposal, deadline, 1)));
        step.audit(AuditEvents.COHORT_ADOPTED, CloseRule.details(proposal));
        state.early().takeVotes(proposal).forEach(vote -> VoteRule.vote(step, vote));
    }

    /**
     * Earlier attempts that only the log knows are over: their updates are free if the log shows so, by
     * abandonments or by listing them again, else spent.
     */
    private static void settleOtherAttempts(Step step, long version, LoggedCohort taken) {
        CoordinatorState state = step.state();
        Set<UpdateKey> kept = taken.cohort().stream().map(UpdateKey::of).collect(Collectors.toSet());
        List<LoggedCohort> others = state.log().requests().values().stream()
                .filter(c -> c.buffer().version() == version)
                .toList();
        state.log().requests().keySet().removeIf(b -> b.version() == version);
        for (LoggedCohort other : others) {
            state.requested().putIfAbsent(other.buffer(), other.digest());
            for (UpdateRef ref : other.cohort()) {
                UpdateKey key = UpdateKey.of(ref);
                if (kept.contains(key) || taken.frees() || state.log().lists(key)) {
                    continue;
                }
                Ending.spend(step, key, Reason.NOT_ANSWERED);
            }
        }
    }

    private static void conflict(Step step, LoggedCohort logged) {
        step.audit(
                AuditEvents.CONFLICT_IN_LOG,
                "version",
                Long.toString(logged.buffer().version()),
                "attempt",
                Integer.toString(logged.buffer().attempt()),
                "cohort",
                logged.digest().hex());
    }
}
