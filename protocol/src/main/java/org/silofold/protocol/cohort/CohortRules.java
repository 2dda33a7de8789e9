package org.silofold.protocol.cohort;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Policy;

/** What a cohort must keep, whoever asks for it: the members check it, and the aggregator so as not to ask in vain. */
public final class CohortRules {
    private CohortRules() {}

    /**
     * What the rules need to know of an update.
     *
     * @param silo the silo
     * @param organisation the organisation that it is enrolled for
     * @param baseVersion the version that the silo trained from
     */
    public record Entry(String silo, String organisation, long baseVersion) {}

    /**
     * Checks a cohort.
     *
     * @param version the version that the cohort will make
     * @throws RejectedException {@link Reason#DUPLICATE_ORGANISATION}, {@link Reason#COHORT_TOO_SMALL}, {@link
     *     Reason#COHORT_TOO_LARGE}, {@link Reason#UNKNOWN_BASE} or {@link Reason#TOO_STALE}
     */
    public static void check(Policy policy, long version, List<Entry> cohort) {
        Set<String> organisations = new HashSet<>();
        Map<Long, Integer> sameBase = new HashMap<>();
        for (Entry entry : cohort) {
            if (!organisations.add(entry.organisation())) {
                throw new RejectedException(
                        Reason.DUPLICATE_ORGANISATION, "two updates of organisation " + entry.organisation());
            }
            staleness(policy, version, entry);
            sameBase.merge(entry.baseVersion(), 1, Integer::sum);
        }
        if (organisations.size() < policy.minCohort()) {
            throw new RejectedException(
                    Reason.COHORT_TOO_SMALL,
                    organisations.size() + " organisations, policy asks for " + policy.minCohort());
        }
        if (cohort.size() > policy.maxCohort()) {
            throw new RejectedException(
                    Reason.COHORT_TOO_LARGE, cohort.size() + " updates, policy allows " + policy.maxCohort());
        }
        sameBase.forEach((base, count) -> {
            if (count < policy.minSameBase()) {
                throw new RejectedException(
                        Reason.COHORT_TOO_SMALL,
                        count + " organisations from base version " + base + ", policy asks for "
                                + policy.minSameBase());
            }
        });
    }

    /** Checks one update's staleness: the versions between its base and the one before the version it would join. */
    public static void staleness(Policy policy, long version, Entry entry) {
        // A negative base could overflow the difference, so it is refused before the difference counts.
        long staleness = version - 1 - entry.baseVersion();
        if (entry.baseVersion() < 0 || staleness < 0) {
            throw new RejectedException(
                    Reason.UNKNOWN_BASE,
                    entry.silo() + ": base version " + entry.baseVersion() + " is not published yet");
        }
        if (staleness > policy.stalenessBound()) {
            throw new RejectedException(
                    Reason.TOO_STALE,
                    entry.silo() + ": " + staleness + " versions old, policy allows " + policy.stalenessBound());
        }
    }
}
