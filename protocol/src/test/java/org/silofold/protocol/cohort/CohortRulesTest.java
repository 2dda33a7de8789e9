package org.silofold.protocol.cohort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.cohort.CohortRules.Entry;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Policy;

class CohortRulesTest {
    /** minCohort 3, maxCohort 5, minSameBase 2, staleness bound 2. */
    private static final Policy POLICY = policy(1, 3, 5, 2, 2);

    @Test
    void acceptsFromMinimumToMaximum() {
        for (int size = 3; size <= 5; size++) {
            CohortRules.check(POLICY, 10, entries(size, 9));
        }
    }

    @Test
    void refusesTooFewTooManyAndNone() {
        refused(Reason.COHORT_TOO_SMALL, 10, entries(2, 9));
        refused(Reason.COHORT_TOO_SMALL, 10, List.of());
        refused(Reason.COHORT_TOO_LARGE, 10, entries(6, 9));
    }

    @Test
    void refusesTwoUpdatesOfOneOrganisation() {
        List<Entry> entries = entries(3, 9);
        entries.add(new Entry("silo-2-branch", "org-2", 9));
        refused(Reason.DUPLICATE_ORGANISATION, 10, entries);
    }

    @Test
    void refusesABaseThatTooFewShare() {
        List<Entry> entries = entries(4, 9);
        entries.set(0, new Entry("silo-0", "org-0", 8));
        refused(Reason.COHORT_TOO_SMALL, 10, entries);
        entries.set(1, new Entry("silo-1", "org-1", 8));
        CohortRules.check(POLICY, 10, entries);
    }

    @Test
    void refusesStaleAndUnpublishedBases() {
        CohortRules.check(POLICY, 10, entries(3, 7));
        refused(Reason.TOO_STALE, 10, entries(3, 6));
        refused(Reason.UNKNOWN_BASE, 10, entries(3, 10));
        refused(Reason.UNKNOWN_BASE, 10, entries(3, 11));
        refused(Reason.UNKNOWN_BASE, 10, entries(3, Long.MAX_VALUE));
        refused(Reason.UNKNOWN_BASE, 1, entries(3, -1));
        refused(Reason.UNKNOWN_BASE, 10, entries(3, Long.MIN_VALUE));
    }

    @Test
    void noPolicyWaivesTheCollusionBound() {
        for (int x = 0; x < 5; x++) {
            int bound = x;
            assertThat(policy(x, x + 2, 20, 1, 0).minCohort()).isEqualTo(x + 2);
            assertThatThrownBy(() -> policy(bound, bound + 1, 20, 1, 0))
                    .isInstanceOfSatisfying(
                            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_FIELD));
        }
    }

    private static List<Entry> entries(int size, long base) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            entries.add(new Entry("silo-" + i, "org-" + i, base));
        }
        return entries;
    }

    private static void refused(Reason reason, long version, List<Entry> entries) {
        assertThatThrownBy(() -> CohortRules.check(POLICY, version, entries))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static Policy policy(int collusion, int min, int max, int sameBase, int staleness) {
        String suite = Suite.ML_KEM_768_ML_DSA_65.text();
        Context context = new Context(1, suite, "hospitals", 0, Digest.ZERO, 0, "heart", "authority", Purpose.POLICY);
        return new Policy(
                context,
                1,
                collusion,
                min,
                max,
                min,
                1000,
                sameBase,
                0,
                0,
                staleness,
                1000,
                1000,
                1000,
                2,
                List.of(suite),
                "MASK-2048-32",
                1.0,
                "examples",
                100,
                0.5,
                0.01,
                "fedavg",
                1.0,
                0.0,
                0.0,
                1e-3,
                0,
                "",
                Optional.empty());
    }
}
