package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.silofold.job.event.ModelRegistry;
import org.silofold.protocol.cohort.RequestTimes;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.reason.Reason;

/** Ends every update that is not requested and can no longer be: each for the first reason that holds. */
final class Sweep {
    private Sweep() {}

    static void run(Step step) {
        CoordinatorState state = step.state();
        ModelRegistry registry = step.registry();
        Map<String, Integer> inFlight = new HashMap<>();
        List<TrackedUpdate> open = new ArrayList<>();
        for (TrackedUpdate update : newestFirst(state)) {
            if (state.log().lists(update.key())) {
                // Made again from the log it takes no place: the silo sent what came later when this was over.
                continue;
            }
            if (update.stage() == Stage.REQUESTED || LogRule.isLogged(state, update)) {
                inFlight.merge(update.key().silo(), 1, Integer::sum);
            } else {
                open.add(update);
            }
        }
        for (TrackedUpdate update : open) {
            int newer = inFlight.getOrDefault(update.key().silo(), 0);
            Optional<Reason> reason = update.fault()
                    .or(() -> sender(registry, update, step.now()))
                    .or(() -> when(newer >= registry.policy().maxInFlight(), Reason.TOO_MANY_IN_FLIGHT))
                    .or(() -> contents(step, update))
                    .or(() -> when(!isFree(step, update), Reason.NOT_ANSWERED))
                    .or(() -> clock(registry, update))
                    .or(() -> age(step, update));
            if (reason.isPresent()) {
                Ending.refuse(step, update, reason.get());
            } else {
                inFlight.merge(update.key().silo(), 1, Integer::sum);
            }
        }
    }

    /**
     * The order in which a silo's updates get the places that it has. After a start many of them are read at once, of which the older ones were
     * over long ago: those that a silo still waits for are its newest.
     */
    private static List<TrackedUpdate> newestFirst(CoordinatorState state) {
        List<TrackedUpdate> all = new ArrayList<>(state.updates().values());
        all.sort(Comparator.comparingLong(TrackedUpdate::sequence)
                .thenComparingLong(TrackedUpdate::arrival)
                .reversed());
        return all;
    }

    /**
     * When the update ends for its age, unless it is requested before. Members refuse an update once its manifest has expired by their
     * clocks; so that it cannot bring its cohort down, it ends while there is still time for a vote.
     */
    static long expiry(ModelRegistry registry, TrackedUpdate update) {
        long ours = update.firstSeenMillis() + registry.policy().expiryMillis();
        return update.manifest()
                .map(m -> Math.min(ours, m.core().expiryMillis() - timeForAVote(registry)))
                .orElse(ours);
    }

    private static long timeForAVote(ModelRegistry registry) {
        return registry.policy().voteTimeoutMillis() + RequestTimes.CLOCK_MARGIN_MILLIS;
    }

    /**
     * What a silo's clock did to its update: made it over before any of it was here, which a long wait in the outbox does too, or gave it more
     * life than members bear. Told at once and by name, not as what would follow from it.
     */
    private static Optional<Reason> clock(ModelRegistry registry, TrackedUpdate update) {
        if (update.manifest().isEmpty()) {
            return Optional.empty();
        }
        long expiry = update.manifest().get().core().expiryMillis();
        long seen = update.firstSeenMillis();
        return when(expiry - timeForAVote(registry) <= seen, Reason.EXPIRED)
                .or(() -> when(expiry - seen > 2 * registry.policy().expiryMillis(), Reason.CLOCK_OFF));
    }

    private static Optional<Reason> sender(ModelRegistry registry, TrackedUpdate update, long now) {
        String silo = update.key().silo();
        if (!registry.roster().silos().contains(silo)
                || !registry.organisations().containsKey(silo)) {
            return Optional.of(Reason.UNKNOWN_SENDER);
        }
        return when(registry.isRevoked(silo, now), Reason.REVOKED);
    }

    /** Whether the refusals that freed it still free it: members' locks go by what they are shown. */
    private static boolean isFree(Step step, TrackedUpdate update) {
        return update.abandonedCohorts().stream()
                .allMatch(cohort -> step.state().abandonments().get(cohort).holds(step));
    }

    private static Optional<Reason> contents(Step step, TrackedUpdate update) {
        ModelRegistry registry = step.registry();
        Optional<ShardSet> shards = update.shards();
        if (shards.isPresent() && shards.get().count() != ManifestRules.shards(registry)) {
            return Optional.of(Reason.WRONG_SHAPE);
        }
        if (update.manifest().isEmpty()) {
            return Optional.empty();
        }
        TrackedUpdate.Manifest manifest = update.manifest().get();
        Optional<Reason> reason = ManifestRules.check(registry, manifest, step.math())
                .or(() -> BaseRules.check(
                        step.state(), manifest.core(), registry.policy().stalenessBound()));
        if (reason.isEmpty() && !update.checkRoot()) {
            return Optional.of(Reason.MERKLE_ROOT_MISMATCH);
        }
        return reason;
    }

    private static Optional<Reason> age(Step step, TrackedUpdate update) {
        ModelRegistry registry = step.registry();
        if (step.now() < expiry(registry, update)) {
            return Optional.empty();
        }
        if (update.manifest().isEmpty() || !update.isComplete()) {
            return Optional.of(Reason.INCOMPLETE);
        }
        if (!Eligibility.enoughAccepted(registry, update, step.now())) {
            return Optional.of(Reason.SHARES_NOT_ACCEPTED);
        }
        return Optional.of(
                BaseRules.isAhead(step.state(), update.manifest().get().core()) ? Reason.UNKNOWN_BASE : Reason.EXPIRED);
    }

    static List<TrackedUpdate> inOrderOfArrival(CoordinatorState state) {
        List<TrackedUpdate> all = new ArrayList<>(state.updates().values());
        all.sort(Comparator.comparingLong(TrackedUpdate::arrival));
        return all;
    }

    /** Members that must have accepted an update: t + slack, at most all. */
    static int membersNeeded(ModelRegistry registry) {
        CommitteeSize size = new CommitteeSize(registry.roster().committee().size());
        return Math.min(size.n(), size.threshold() + registry.policy().slack());
    }

    private static Optional<Reason> when(boolean wrong, Reason reason) {
        return wrong ? Optional.of(reason) : Optional.empty();
    }
}
