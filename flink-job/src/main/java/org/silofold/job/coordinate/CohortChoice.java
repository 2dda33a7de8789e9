package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.silofold.job.event.LotKey;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.UpdateKey;

/** The cohort that the open buffer could be closed with now. */
final class CohortChoice {
    private CohortChoice() {}

    /**
     * Updates of the open buffer in the order in which they joined, or in that of the lot while anybody is suspected; fewer than minCohort,
     * and so none, if no cohort is possible.
     */
    static List<TrackedUpdate> of(Step step) {
        CoordinatorState state = step.state();
        ModelRegistry registry = step.registry();
        List<TrackedUpdate> buffered = new ArrayList<>();
        for (UpdateKey key : state.open().updates()) {
            buffered.add(state.updates().get(key));
        }
        if (isDrawn(state)) {
            LotKey key = state.lotKey().orElseThrow(() -> new IllegalStateException("no start gave a key for the lot"));
            Suspicions.draw(
                    key, state.versionDigests().get(state.publishedVersion().getAsLong()), buffered);
        }
        List<String> members = new ArrayList<>(Seats.speaking(registry, step.now()));
        int needed = Sweep.membersNeeded(registry);
        if (members.size() < needed) {
            return List.of();
        }
        Standing.order(state, members);
        List<BitSet> accepted = new ArrayList<>();
        for (String member : members) {
            BitSet set = new BitSet();
            for (int u = 0; u < buffered.size(); u++) {
                set.set(u, buffered.get(u).isAcceptedBy(member));
            }
            accepted.add(set);
        }
        BitSet chosen = MemberChoice.choose(accepted, buffered.size(), needed);
        List<TrackedUpdate> cohort = new ArrayList<>();
        chosen.stream().mapToObj(buffered::get).forEach(cohort::add);
        return atLeastMinimum(registry, cohort, size(state, registry, cohort.size()));
    }

    /** Whether the buffer need not wait for its age. While anybody is suspected it waits for all who may still come, so that there is a choice. */
    static boolean isFull(Step step, List<TrackedUpdate> cohort) {
        ModelRegistry registry = step.registry();
        if (!isDrawn(step.state())) {
            return cohort.size() >= registry.policy().bufferSize();
        }
        long organisations =
                registry.organisations().values().stream().distinct().count();
        return !cohort.isEmpty() && step.state().open().updates().size() >= organisations;
    }

    /** Whether the buffer takes one more, to its usual size or, while anybody is suspected, of every organisation. */
    static boolean hasRoom(Step step) {
        int held = step.state().open().updates().size();
        int size = step.registry().policy().bufferSize();
        return isDrawn(step.state())
                || held < size
                || (held < step.registry().policy().maxCohort() && of(step).size() < size);
    }

    private static boolean isDrawn(CoordinatorState state) {
        return state.suspicions().isAny() && state.publishedVersion().isPresent();
    }

    /** How many updates a cohort takes in at most: the buffer's size, or half of those that are ready while anybody is suspected. */
    private static int size(CoordinatorState state, ModelRegistry registry, int ready) {
        int size = registry.policy().bufferSize();
        return isDrawn(state) ? Math.max(registry.policy().minCohort(), Math.min(size, (ready + 1) / 2)) : size;
    }

    /** Leaves out updates whose base version too few others share, then cuts to the size, then asks for the minimum. */
    private static List<TrackedUpdate> atLeastMinimum(ModelRegistry registry, List<TrackedUpdate> cohort, int size) {
        List<TrackedUpdate> kept = sameBase(registry, cohort);
        while (kept.size() > size) {
            kept = sameBase(registry, kept.subList(0, kept.size() - 1));
        }
        return kept.size() >= registry.policy().minCohort() ? kept : List.of();
    }

    private static List<TrackedUpdate> sameBase(ModelRegistry registry, List<TrackedUpdate> cohort) {
        Map<Long, Integer> byBase = new HashMap<>();
        for (TrackedUpdate update : cohort) {
            byBase.merge(base(update), 1, Integer::sum);
        }
        List<TrackedUpdate> kept = new ArrayList<>();
        for (TrackedUpdate update : cohort) {
            if (byBase.get(base(update)) >= registry.policy().minSameBase()) {
                kept.add(update);
            }
        }
        return kept;
    }

    private static long base(TrackedUpdate update) {
        return update.manifest().orElseThrow().core().baseVersion();
    }
}
