package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.UpdateKey;

/** The cohort that the open buffer could be closed with now. */
final class CohortChoice {
    private CohortChoice() {}

    /** Updates of the open buffer in the order in which they joined; fewer than minCohort, and so none, if no cohort is possible. */
    static List<TrackedUpdate> of(CoordinatorState state, ModelRegistry registry) {
        List<TrackedUpdate> buffered = new ArrayList<>();
        for (UpdateKey key : state.open().updates()) {
            buffered.add(state.updates().get(key));
        }
        List<String> members = new ArrayList<>(registry.roster().committee());
        members.sort(Comparator.comparingInt(m -> state.strikes().getOrDefault(m, 0)));
        List<BitSet> accepted = new ArrayList<>();
        for (String member : members) {
            BitSet set = new BitSet();
            for (int u = 0; u < buffered.size(); u++) {
                set.set(u, buffered.get(u).isAcceptedBy(member));
            }
            accepted.add(set);
        }
        BitSet chosen = MemberChoice.choose(accepted, buffered.size(), Sweep.membersNeeded(registry));
        List<TrackedUpdate> cohort = new ArrayList<>();
        chosen.stream().mapToObj(buffered::get).forEach(cohort::add);
        return atLeastMinimum(registry, cohort);
    }

    /** Leaves out updates whose base version too few others share, then cuts to the buffer's size, then asks for the minimum. */
    private static List<TrackedUpdate> atLeastMinimum(ModelRegistry registry, List<TrackedUpdate> cohort) {
        int size = registry.policy().bufferSize();
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
