package org.silofold.protocol.cohort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.params.CommitteeSize;

class VoteTallyTest {
    @Test
    void quorumsMeetInAnHonestMemberAndLiarsCannotStopOne() {
        for (int n = CommitteeSize.MIN; n <= CommitteeSize.MAX; n++) {
            CommitteeSize size = new CommitteeSize(n);
            int f = size.faults();
            int t = size.threshold();
            assertThat(2 * t)
                    .as("n = %d: two quorums share more than f members", n)
                    .isGreaterThan(n + f);
            assertThat(t).as("n = %d: the honest are enough", n).isLessThanOrEqualTo(n - f);
            assertThat(n).isGreaterThanOrEqualTo(3 * f + 1);
        }
    }

    /** Two cohorts that share an update: each honest member votes for one at most, liars for both. */
    @Property(seed = "7", tries = 2000)
    void twoConflictingCohortsAreNeverBothCertified(@ForAll @IntRange(min = 3, max = 32) int n, @ForAll long seed) {
        CommitteeSize size = new CommitteeSize(n);
        VoteTally one = new VoteTally(size.threshold());
        VoteTally other = new VoteTally(size.threshold());
        Random random = new Random(seed);
        for (int member = 0; member < n; member++) {
            boolean liar = member < size.faults();
            boolean first = random.nextBoolean();
            one.add("member-" + member, liar || first);
            other.add("member-" + member, liar || !first);
        }
        assertThat(one.certified() && other.certified()).isFalse();
    }

    /** Whatever honest members say, f liars that answer differently to different readers bring no two to opposite ends. */
    @Property(seed = "8", tries = 2000)
    void noCohortIsCertifiedForOneReaderAndAbandonedForAnother(
            @ForAll @IntRange(min = 3, max = 32) int n, @ForAll long seed) {
        CommitteeSize size = new CommitteeSize(n);
        VoteTally one = new VoteTally(size.threshold());
        VoteTally other = new VoteTally(size.threshold());
        Random random = new Random(seed);
        for (int member = 0; member < n; member++) {
            boolean liar = member < size.faults();
            boolean answer = random.nextBoolean();
            one.add("member-" + member, liar || answer);
            other.add("member-" + member, !liar && answer);
        }
        assertThat(one.certified() && other.abandoned()).isFalse();
        assertThat(one.certified() && one.abandoned()).isFalse();
    }

    @Test
    void theFirstAnswerOfAMemberStands() {
        VoteTally tally = new VoteTally(2);
        assertThat(tally.add("a", false)).isTrue();
        assertThat(tally.add("a", true)).isFalse();
        assertThat(tally.add("a", false)).isFalse();
        assertThat(tally.votes()).isZero();
        assertThat(tally.refusals()).isOne();
        assertThat(tally.add("b", true)).isTrue();
        assertThat(tally.add("b", false)).isFalse();
        assertThat(tally.answers())
                .containsEntry("a", false)
                .containsEntry("b", true)
                .hasSize(2);
    }

    @Test
    void certifiesAndAbandonsAtExactlyThreshold() {
        for (int t = 1; t <= 5; t++) {
            VoteTally votes = new VoteTally(t);
            VoteTally refusals = new VoteTally(t);
            for (int i = 1; i <= t; i++) {
                assertThat(votes.certified()).isFalse();
                assertThat(refusals.abandoned()).isFalse();
                for (int repeat = 0; repeat < 3; repeat++) {
                    votes.add("member-" + i, true);
                    refusals.add("member-" + i, false);
                }
            }
            assertThat(votes.certified()).isTrue();
            assertThat(votes.abandoned()).isFalse();
            assertThat(refusals.abandoned()).isTrue();
            assertThat(refusals.certified()).isFalse();
        }
        assertThatThrownBy(() -> new VoteTally(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
