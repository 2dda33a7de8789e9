package org.silofold.silo.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** Whom a member answers, what, and how often; across restarts. Committee of four: three votes certify, three refusals abandon. */
final class MemberTest {
    private static final String ME = "silo-1";
    private static final UpdateRef A = Samples.ref("silo-1", "a");
    private static final UpdateRef B = Samples.ref("silo-2", "b");
    private static final UpdateRef C = Samples.ref("silo-3", "c");

    @TempDir
    Path directory;

    private Committee committee;

    @BeforeEach
    void open() {
        committee = new Committee(directory);
    }

    @AfterEach
    void close() {
        committee.close();
    }

    private Member me() {
        return committee.member(ME);
    }

    private MemberStore store() {
        return committee.store(ME);
    }

    private static byte[] sum(UpdateRef... refs) {
        int[] sum = new int[ParameterSet.MASK_2048_32.n()];
        for (UpdateRef ref : refs) {
            byte[] share = Committee.share(ME, ref);
            ModularSum.add(ParameterSet.MASK_2048_32, sum, 0, share, 0, share.length);
        }
        return Words.toBytes(sum);
    }

    /** Three others' votes; gives what the last one brought. */
    private List<MemberEffect> certify(Digest cohort) {
        assertThat(me().onVote(Committee.vote("silo-2", cohort))).isEmpty();
        assertThat(me().onVote(Committee.vote("silo-3", cohort))).isEmpty();
        return me().onVote(Committee.vote("silo-4", cohort));
    }

    @Test
    void locksThenVotesOnceAndGivesTheSameVoteAgain() {
        committee.hold(ME, A, B);
        Digest cohort = Committee.digest(1, A, B);
        List<UnmaskVote> votes = Committee.votes(me().onRequest(Committee.request(1, A, B)));
        assertThat(votes).hasSize(1);
        assertThat(votes.get(0).cohortDigest()).isEqualTo(cohort);
        assertThat(votes.get(0).refused()).isEmpty();
        assertThat(votes.get(0).context().sender()).isEqualTo(ME);
        assertThat(store().marks().lockOf(A)).contains(cohort);
        assertThat(store().marks().lockOf(B)).contains(cohort);
        assertThat(Committee.votes(me().onRequest(Committee.request(1, Samples.NOW + 90_000, A, B))))
                .as("a later expiry is the same cohort")
                .isEqualTo(votes);
        assertThat(Committee.votes(committee.restart(ME))).isEqualTo(votes);
    }

    @Test
    void aVoteNeverBecomesARefusalNorARefusalAVote() {
        committee.hold(ME, A, B);
        UnmaskVote vote =
                Committee.votes(me().onRequest(Committee.request(1, A, B))).get(0);
        committee.now = Samples.EXPIRY + 1;
        me().tick();
        assertThat(Committee.votes(me().onRequest(Committee.request(1, Samples.EXPIRY + 9000, A, B))))
                .containsExactly(vote);

        committee.now = Samples.NOW;
        UnmaskVote refusal =
                Committee.votes(me().onRequest(Committee.request(2, A))).get(0);
        assertThat(refusal.refused()).contains(Reason.COHORT_TOO_SMALL);
        committee.registry = Samples.registry(1, Samples.policy(1, 2, 4, 1, 4));
        committee.restart(ME);
        assertThat(Committee.votes(me().onRequest(Committee.request(2, A)))).containsExactly(refusal);
    }

    @Test
    void waitsForAnUpdateAndVotesWhenItCameEvenAfterARestart() {
        committee.hold(ME, A);
        assertThat(me().onRequest(Committee.request(1, A, B))).isEmpty();
        assertThat(committee.restart(ME)).isEmpty();
        committee.hold(ME, B);
        assertThat(Committee.votes(me().tick())).hasSize(1);
    }

    @Test
    void doesNotVoteAfterTheRequestHasExpired() {
        committee.hold(ME, A);
        me().onRequest(Committee.request(1, A, B));
        committee.hold(ME, B);
        committee.now = Samples.NOW + 60_000;
        assertThat(me().tick()).isEmpty();
        assertThat(store().marks().lockOf(A)).isEmpty();
        assertThat(Committee.votes(me().onRequest(Committee.request(1, Samples.NOW + 120_000, A, B))))
                .as("asked again")
                .hasSize(1);
    }

    @Test
    void noShareLeavesWithoutThreeVotesForExactlyThatCohort() {
        committee.hold(ME, A, B, C);
        Digest mine = Committee.digest(1, A, B);
        Digest other = Committee.digest(1, A, C);
        Digest third = Committee.digest(1, B, C);
        // The aggregator shows each member another cohort of the same version and attempt.
        assertThat(Committee.votes(me().onRequest(Committee.request(1, A, B)))).hasSize(1);
        assertThat(me().onVote(Committee.vote("silo-2", other))).isEmpty();
        assertThat(me().onVote(Committee.vote("silo-3", third))).isEmpty();
        assertThat(me().onVote(Committee.vote("silo-4", mine))).isEmpty();
        assertThat(me().onVote(Committee.vote("silo-4", mine)))
                .as("one member, one vote")
                .isEmpty();
        assertThat(me().onVote(Committee.refusal("silo-2", mine))).isEmpty();
        assertThat(me().onRequest(Committee.request(1, A, C))).isEmpty();
        assertThat(Committee.responses(me().tick())).isEmpty();
        assertThat(store().marks().spentIn(A)).isEmpty();
        List<MemberEffect> certified = me().onVote(Committee.vote("silo-3", mine));
        assertThat(Committee.responses(certified)).hasSize(1);
        assertThat(Committee.responses(certified).get(0).response().cohortDigest())
                .isEqualTo(mine);
    }

    @Test
    void answersWithTheSumOfItsSharesAndMarksThemSpentFirst() {
        committee.hold(ME, A, B, C);
        Digest cohort = Committee.digest(1, A, B, C);
        me().onRequest(Committee.request(1, A, B, C));
        me().onVote(Committee.vote("silo-2", cohort));
        List<MemberEffect> effects = me().onVote(Committee.vote("silo-3", cohort));
        MemberEffect.SendResponse response = Committee.responses(effects).get(0);
        assertThat(response.words()).isEqualTo(sum(A, B, C));
        assertThat(response.response().payloadDigest()).isEqualTo(Digest.sha256(response.words()));
        for (UpdateRef ref : List.of(A, B, C)) {
            assertThat(store().marks().spentIn(ref)).contains(cohort);
        }
        assertThat(me().onVote(Committee.vote("silo-4", cohort)))
                .as("said once")
                .isEmpty();
        List<MemberEffect> again = committee.restart(ME);
        assertThat(Committee.responses(again).get(0).words()).isEqualTo(sum(A, B, C));
        assertThat(Committee.responses(me().onRequest(Committee.request(1, A, B, C)))
                        .get(0)
                        .words())
                .isEqualTo(sum(A, B, C));
    }

    @Test
    void aRestartBetweenVoteAndCertificateLosesNothing() {
        committee.hold(ME, A, B);
        Digest cohort = Committee.digest(1, A, B);
        me().onRequest(Committee.request(1, A, B));
        me().onVote(Committee.vote("silo-2", cohort));
        assertThat(Committee.votes(committee.restart(ME))).hasSize(1);
        assertThat(Committee.responses(me().onVote(Committee.vote("silo-3", cohort))))
                .hasSize(1);
    }

    @Test
    void answersACertificateWithoutHavingVoted() {
        committee.hold(ME, A);
        Digest cohort = Committee.digest(1, A, B);
        assertThat(me().onRequest(Committee.request(1, A, B))).as("waits for B").isEmpty();
        assertThat(certify(cohort)).isEmpty();
        assertThat(store().marks().spentIn(A)).as("certified is spent").contains(cohort);
        committee.hold(ME, B);
        assertThat(Committee.responses(me().tick()).get(0).words()).isEqualTo(sum(A, B));
    }

    @Test
    void answersACertificateAfterItsOwnRefusal() {
        UpdateRef revoked = Samples.ref("silo-5", "e");
        committee.hold(ME, A, revoked);
        committee.revoke("silo-5");
        Digest cohort = Committee.digest(1, A, revoked);
        assertThat(Committee.votes(me().onRequest(Committee.request(1, A, revoked)))
                        .get(0)
                        .refused())
                .contains(Reason.REVOKED);
        assertThat(Committee.responses(certify(cohort)).get(0).words()).isEqualTo(sum(A, revoked));
        assertThat(Committee.votes(me().onRequest(Committee.request(1, A, revoked)))
                        .get(0)
                        .refused())
                .as("still the same answer")
                .contains(Reason.REVOKED);
    }

    @Test
    void theVoteOfAMemberThatWasRevokedSinceCountsNoMore() {
        committee.hold(ME, A, B);
        Digest cohort = Committee.digest(1, A, B);
        me().onRequest(Committee.request(1, A, B));
        me().onVote(Committee.vote("silo-2", cohort));
        committee.revoke("silo-2");
        assertThat(me().onVote(Committee.vote("silo-3", cohort))).isEmpty();
        assertThat(Committee.responses(me().onVote(Committee.vote("silo-4", cohort))))
                .hasSize(1);
    }

    @Test
    void answersACertificateWhileLockedElsewhereAndThenRefusesTheOther() {
        committee.hold(ME, A, B, C);
        Digest first = Committee.digest(1, A, B);
        Digest second = Committee.digest(2, A, C);
        me().onRequest(Committee.request(1, A, B));
        assertThat(me().onRequest(Committee.request(2, A, C))).as("A is locked").isEmpty();
        assertThat(Committee.responses(certify(second)).get(0).words()).isEqualTo(sum(A, C));
        assertThat(Committee.votes(me().onRequest(Committee.request(3, B, C))))
                .singleElement()
                .satisfies(vote -> {
                    assertThat(vote.refused()).contains(Reason.SPENT);
                    assertThat(vote.inTheWay()).containsExactly(C);
                });
        assertThat(certify(first))
                .as("shares an update with a certified cohort")
                .isEmpty();
        assertThat(store().cohorts().responseTo(first)).isEmpty();
    }

    @Test
    void votesThatCameBeforeTheRequestCount() {
        committee.hold(ME, A, B);
        Digest cohort = Committee.digest(1, A, B);
        assertThat(certify(cohort)).isEmpty();
        committee.restart(ME);
        List<MemberEffect> effects = me().onRequest(Committee.request(1, A, B));
        assertThat(Committee.votes(effects)).hasSize(1);
        assertThat(Committee.responses(effects)).hasSize(1);
    }

    @Test
    void threeRefusalsReleaseTheLocks() {
        committee.hold(ME, A, B, C);
        Digest first = Committee.digest(1, A, B);
        me().onRequest(Committee.request(1, A, B));
        assertThat(me().onRequest(Committee.request(2, A, C))).isEmpty();
        me().onVote(Committee.refusal("silo-2", first));
        me().onVote(Committee.refusal("silo-3", first));
        assertThat(store().marks().lockOf(A)).contains(first);
        List<MemberEffect> effects = me().onVote(Committee.refusal("silo-4", first));
        assertThat(Committee.votes(effects)).singleElement().satisfies(vote -> assertThat(vote.cohortDigest())
                .isEqualTo(Committee.digest(2, A, C)));
        assertThat(store().marks().lockOf(B)).isEmpty();
        assertThat(store().marks().lockOf(A)).contains(Committee.digest(2, A, C));
        assertThat(me().onVote(Committee.vote("silo-2", first)))
                .as("abandoned for ever")
                .isEmpty();
        assertThat(Committee.votes(me().onRequest(Committee.request(1, A, B))))
                .as("the one answer that it gave")
                .hasSize(1);
        assertThat(store().marks().lockOf(B)).isEmpty();
    }

    @Test
    void anAbandonedCohortGetsNoVoteFromAMemberThatWaited() {
        committee.hold(ME, A);
        Digest cohort = Committee.digest(1, A, B);
        me().onRequest(Committee.request(1, A, B));
        for (String other : List.of("silo-2", "silo-3", "silo-4")) {
            me().onVote(Committee.refusal(other, cohort));
        }
        committee.hold(ME, B);
        assertThat(me().tick()).isEmpty();
        assertThat(store().marks().lockOf(A)).isEmpty();
    }

    @Test
    void publicationErasesTheSharesAndSpendsTheUpdates() {
        committee.hold(ME, A, B, C);
        Digest cohort = Committee.digest(1, A, B);
        me().onRequest(Committee.request(1, A, B));
        me().onVote(Committee.vote("silo-2", cohort));
        me().onVote(Committee.vote("silo-3", cohort));
        me().onModelManifest(Committee.published(1, A, B));
        assertThat(store().shares().share(A)).isEmpty();
        assertThat(store().shares().share(B)).isEmpty();
        assertThat(store().shares().share(C)).isPresent();
        assertThat(store().cohorts().responseTo(cohort)).isEmpty();
        assertThat(store().marks().spentIn(A)).contains(cohort);
        assertThat(committee.restart(ME)).isEmpty();
        assertThat(me().onModelManifest(Committee.published(1, A, B)))
                .as("again")
                .isEmpty();
        assertThatThrownBy(() -> me().onModelManifest(
                                Committee.published(5, Samples.version(4), Samples.digest("twin"), 1, A, B)))
                .isInstanceOf(RejectedException.class)
                .extracting(e -> ((RejectedException) e).reason())
                .isEqualTo(Reason.CONFLICTING_DUPLICATE);
        assertThatThrownBy(() ->
                        me().onModelManifest(Committee.published(6, Samples.digest("twin"), Samples.version(6), 1, C)))
                .isInstanceOf(RejectedException.class)
                .extracting(e -> ((RejectedException) e).reason())
                .isEqualTo(Reason.MODEL_NOT_VERIFIED);
    }

    @Test
    void publicationRefusesWhatWaitedForTheSameVersion() {
        committee.hold(ME, A, B);
        me().onRequest(Committee.request(2, A, C));
        List<MemberEffect> effects = me().onModelManifest(Committee.published(1, A, B));
        assertThat(Committee.votes(effects)).singleElement().satisfies(vote -> assertThat(vote.refused())
                .contains(Reason.VERSION_PUBLISHED));
        assertThat(store().marks().spentIn(A)).contains(Committee.digest(1, A, B));
    }

    @Test
    void expiryErasesTheShareAndKeepsTheLock() {
        committee.hold(ME, A, B);
        Digest cohort = Committee.digest(1, A, B);
        me().onRequest(Committee.request(1, A, B));
        committee.now = Samples.EXPIRY;
        me().tick();
        assertThat(store().shares().share(A)).isEmpty();
        assertThat(store().marks().lockOf(A)).contains(cohort);
        assertThat(certify(cohort)).as("nothing left to answer with").isEmpty();
    }

    @Test
    void aNewEpochForgetsTheOldOne() {
        committee.hold(ME, A, B);
        me().onRequest(Committee.request(1, A, B));
        committee.registry = Samples.registry(2, Samples.policy(1, 2, 4, 1, 4));
        me().tick();
        assertThat(store().marks().lockOf(A)).isEmpty();
        assertThat(store().shares().find(A.silo(), A.updateId())).isEmpty();
        assertThatThrownBy(() -> me().onRequest(Committee.request(1, A, B)))
                .isInstanceOf(RejectedException.class)
                .extracting(e -> ((RejectedException) e).reason())
                .isEqualTo(Reason.WRONG_EPOCH);
        committee.registry = Samples.registry(1, Samples.policy(1, 2, 4, 1, 4));
        assertThatThrownBy(() -> me().tick()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aMemberThatDoesNotKnowItsOwnVoteStandsAside() {
        committee.hold(ME, A, B);
        Digest forgotten = Committee.digest(1, A, C);
        assertThat(me().onVote(Committee.vote(ME, forgotten))).isEmpty();
        assertThat(me().onRequest(Committee.request(2, A, B))).isEmpty();
        assertThat(certify(Committee.digest(2, A, B))).isEmpty();
        assertThat(committee.restart(ME)).isEmpty();
        assertThat(me().tick()).isEmpty();
        assertThat(store().standsAside(1)).isTrue();
        committee.registry = Samples.registry(2, Samples.policy(1, 2, 4, 1, 4));
        me().tick();
        assertThat(store().standsAside(2)).isFalse();
    }

    @Test
    void itsOwnVoteReadBackIsNoSurprise() {
        committee.hold(ME, A, B);
        Digest cohort = Committee.digest(1, A, B);
        me().onRequest(Committee.request(1, A, B));
        me().onVote(Committee.vote(ME, cohort));
        assertThat(store().standsAside(1)).isFalse();
        me().onVote(Committee.refusal(ME, cohort));
        assertThat(store().standsAside(1)).as("the vote became a refusal").isTrue();
    }

    @Test
    void strangersHaveNoSay() {
        assertThatThrownBy(() -> me().onVote(Committee.vote("silo-5", Committee.digest(1, A, B))))
                .isInstanceOf(RejectedException.class)
                .extracting(e -> ((RejectedException) e).reason())
                .isEqualTo(Reason.WRONG_SENDER);
        assertThat(Optional.of(store().cohorts().voters(Committee.digest(1, A, B), false)))
                .contains(List.of());
    }
}
