package org.silofold.silo.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecord;

/** When a member promises never to vote for an update, and what the promise binds it to. Three votes certify, three refusals abandon. */
final class MemberWithdrawalTest {
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

    private List<UpdateRef> ask(UpdateRef ref) {
        return Committee.promised(me().onWithdrawal(Committee.withdrawal(ref)));
    }

    /** Asks, and again once no request from before the withdrawal is open any more. */
    private List<UpdateRef> withdraw(UpdateRef ref) {
        ask(ref);
        committee.outlastRequests(ME);
        return ask(ref);
    }

    private void refusesAsWithdrawn(List<MemberEffect> effects, UpdateRef ref) {
        List<UnmaskVote> votes = Committee.votes(effects);
        assertThat(votes).singleElement().satisfies(vote -> {
            assertThat(vote.refused()).contains(Reason.WITHDRAWN);
            assertThat(vote.inTheWay()).containsExactly(ref);
        });
    }

    /** A silo that withdraws what was just requested splits nobody: who hears of the withdrawal first votes all the same. */
    @Test
    void whatWasJustRequestedIsVotedForWhateverComesFirst() {
        committee.allHold(A, B);
        Digest cohort = Committee.digest(1, A, B);
        for (int j = 0; j < Committee.NAMES.size(); j++) {
            Member member = committee.member(Committee.NAMES.get(j));
            List<MemberEffect> said = new ArrayList<>();
            if (j % 2 == 0) {
                said.addAll(member.onWithdrawal(Committee.withdrawal(A)));
            }
            said.addAll(member.onRequest(Committee.request(1, A, B)));
            said.addAll(member.onWithdrawal(Committee.withdrawal(A)));
            assertThat(Committee.votes(said)).singleElement().satisfies(vote -> assertThat(vote.refused())
                    .isEmpty());
            assertThat(Committee.promised(said)).isEmpty();
        }
        me().onVote(Committee.vote("silo-2", cohort));
        assertThat(Committee.responses(me().onVote(Committee.vote("silo-3", cohort))))
                .hasSize(1);
    }

    @Test
    void itWaitsUntilNoRequestFromBeforeIsOpenAlsoOverARestart() {
        committee.hold(ME, A, B);
        assertThat(ask(A)).isEmpty();
        committee.now += Committee.OUTLASTS - 1;
        assertThat(Committee.promised(me().tick())).isEmpty();
        assertThat(Committee.promised(committee.restart(ME))).isEmpty();
        assertThat(ask(A)).isEmpty();
        committee.now += 1;
        assertThat(Committee.promised(me().tick())).containsExactly(A);
        refusesAsWithdrawn(me().onRequest(Committee.request(1, A, B)), A);
    }

    @Test
    void whatThisMemberCannotVoteForIsPromisedAtOnce() {
        committee
                .store(ME)
                .shares()
                .add(
                        new HeldUpdate(
                                C,
                                1,
                                Samples.MODEL,
                                1,
                                Samples.SPEC_DIGEST,
                                "MASK-2048-32",
                                4,
                                Samples.version(4),
                                Samples.EXPIRY,
                                Optional.of(Reason.COMMITMENT_MISMATCH)),
                        null);
        assertThat(ask(C)).as("its share was refused").containsExactly(C);
        committee.hold(ME, A);
        assertThat(ask(B)).as("no manifest").containsExactly(B);
        assertThat(ask(A)).isEmpty();
        committee.now = Samples.EXPIRY;
        assertThat(Committee.promised(me().tick())).as("expired").containsExactly(A);
    }

    @Test
    void promisesOnceAndTheSameAgainAlsoAfterARestart() {
        committee.hold(ME, A, B);
        assertThat(withdraw(A)).containsExactly(A);
        assertThat(ask(A)).containsExactly(A);
        assertThat(Committee.promised(committee.restart(ME)))
                .as("may not have been sent")
                .containsExactly(A);
        assertThat(withdraw(A)).containsExactly(A);
        refusesAsWithdrawn(me().onRequest(Committee.request(1, A, B)), A);
        assertThat(committee.store(ME).marks().lockOf(B)).isEmpty();
    }

    @Test
    void thePromiseIsOnDiskBeforeItIsGiven() {
        committee.hold(ME, A, B);
        withdraw(A);
        committee.restart(ME);
        refusesAsWithdrawn(me().onRequest(Committee.request(1, A, B)), A);
    }

    @Test
    void aCohortThatWaitedIsRefusedNow() {
        committee.hold(ME, A);
        assertThat(me().onRequest(Committee.request(1, A, B))).isEmpty();
        assertThat(me().onWithdrawal(Committee.withdrawal(A))).isEmpty();
        List<MemberEffect> effects = committee.outlastRequests(ME);
        assertThat(Committee.promised(effects)).containsExactly(A);
        refusesAsWithdrawn(effects, A);
    }

    @Test
    void aMemberThatVotedIsSilentUntilThatCohortIsAbandoned() {
        committee.hold(ME, A, B);
        Digest cohort = Committee.digest(1, A, B);
        me().onRequest(Committee.request(1, A, B));
        assertThat(withdraw(A)).isEmpty();
        assertThat(Committee.promised(committee.restart(ME))).isEmpty();
        me().onVote(Committee.refusal("silo-2", cohort));
        assertThat(Committee.promised(me().onVote(Committee.refusal("silo-3", cohort))))
                .isEmpty();
        assertThat(withdraw(A)).isEmpty();
        assertThat(Committee.promised(me().onVote(Committee.refusal("silo-4", cohort))))
                .as("asked long ago, free now")
                .containsExactly(A);
        refusesAsWithdrawn(me().onRequest(Committee.request(2, A, B)), A);
    }

    @Test
    void anExpiredRequestOrManifestFreesNothing() {
        committee.hold(ME, A, B);
        me().onRequest(Committee.request(1, A, B));
        committee.now = Samples.EXPIRY + 1;
        me().tick();
        assertThat(withdraw(A)).isEmpty();
    }

    @Test
    void whatIsCertifiedOrPublishedIsNeverPromised() {
        committee.hold(ME, A, B, C);
        Digest cohort = Committee.digest(1, A, B);
        me().onRequest(Committee.request(1, A, B));
        assertThat(withdraw(A)).isEmpty();
        me().onVote(Committee.vote("silo-2", cohort));
        me().onVote(Committee.vote("silo-3", cohort));
        assertThat(withdraw(A)).isEmpty();
        for (String refuser : List.of("silo-2", "silo-3", "silo-4")) {
            me().onVote(Committee.refusal(refuser, cohort));
        }
        assertThat(withdraw(A)).isEmpty();
        assertThat(withdraw(B)).isEmpty();
        me().onModelManifest(Committee.published(2, C));
        assertThat(withdraw(C)).as("the aggregator says it is in a version").isEmpty();
    }

    @Test
    void aPromiseOfWhatWasSpentSinceIsNotRepeatedAndItsCertificateIsAnswered() {
        committee.hold(ME, A, B);
        assertThat(withdraw(A)).containsExactly(A);
        Digest cohort = Committee.digest(1, A, B);
        refusesAsWithdrawn(me().onRequest(Committee.request(1, A, B)), A);
        me().onVote(Committee.vote("silo-2", cohort));
        me().onVote(Committee.vote("silo-3", cohort));
        assertThat(Committee.responses(me().onVote(Committee.vote("silo-4", cohort))))
                .as("whoever holds the shares answers a certificate")
                .hasSize(1);
        assertThat(withdraw(A)).isEmpty();
        assertThat(Committee.promised(committee.restart(ME))).isEmpty();
    }

    @Test
    void aWithdrawalMayComeBeforeItsManifest() {
        Manifests manifests = new Manifests(committee.publicKeys());
        MaskSecret secret = MaskSecret.fromSeed(ParameterSet.MASK_2048_32, SecretBytes.takeOver(new byte[32]));
        SignedRecord<UpdateManifest> manifest = manifests.manifest("silo-2", "u", secret, Manifests.Fault.NONE);
        UpdateRef ref = Manifests.ref(manifest);
        assertThat(ask(ref)).containsExactly(ref);
        MemberEffect.SendReceipt receipt =
                (MemberEffect.SendReceipt) me().onManifest(manifest).get(0);
        assertThat(receipt.entry().refused()).contains(Reason.WITHDRAWN);
        assertThat(committee.store(ME).shares().share(ref)).isEmpty();
        committee.hold(ME, A);
        refusesAsWithdrawn(me().onRequest(Committee.request(1, A, ref)), ref);
    }

    @Test
    void aRequestBeforeTheManifestIsRefusedToo() {
        committee.hold(ME, A);
        assertThat(me().onRequest(Committee.request(1, A, B))).as("waits for B").isEmpty();
        refusesAsWithdrawn(me().onWithdrawal(Committee.withdrawal(B)), B);
    }

    @Test
    void aSiloWithdrawsOnlyItsOwn() {
        committee.hold(ME, A, B);
        UpdateWithdrawal forB = new UpdateWithdrawal(
                Samples.context("silo-3", Purpose.UPDATE_WITHDRAWAL, 1, 1), B.updateId(), B.manifestDigest());
        me().onWithdrawal(new SignedRecord<>(forB, new byte[0], Digest.ZERO, new byte[0], 0, 0));
        assertThat(Committee.votes(me().onRequest(Committee.request(1, A, B)))
                        .get(0)
                        .refused())
                .isEmpty();
        UpdateWithdrawal stranger = new UpdateWithdrawal(
                Samples.context("silo-9", Purpose.UPDATE_WITHDRAWAL, 1, 1), B.updateId(), B.manifestDigest());
        assertThatThrownBy(() ->
                        me().onWithdrawal(new SignedRecord<>(stranger, new byte[0], Digest.ZERO, new byte[0], 0, 0)))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_SENDER));
    }

    @Test
    void theMarkOutlivesTheShareAndEndsWithTheEpoch() {
        committee.hold(ME, A, B);
        withdraw(A);
        committee.now = Samples.EXPIRY;
        me().tick();
        assertThat(committee.store(ME).shares().share(A)).isEmpty();
        assertThat(committee.store(ME).withdrawals().isMarked(A)).isTrue();
        committee.registry = Samples.registry(2, Samples.policy(1, 2, 4, 1, 4));
        me().tick();
        assertThat(committee.store(ME).withdrawals().isKnown(A)).isFalse();
    }

    @Test
    void aFloodOfWithdrawalsIsBounded() {
        committee.store(ME).transaction(() -> {
            for (int i = 0; i < WithdrawalDesk.WITHDRAWALS_PER_SILO; i++) {
                UpdateRef ref = Samples.ref("silo-2", "flood " + i);
                committee.store(ME).withdrawals().add(Samples.MODEL, ref, 1, Samples.NOW);
                committee.store(ME).withdrawals().mark(ref);
            }
        });
        assertThatThrownBy(() -> ask(B)).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                .isEqualTo(Reason.TOO_MANY_IN_FLIGHT));
        assertThat(ask(A)).as("another silo's").containsExactly(A);
    }

    @Test
    void aFloodOfWithdrawalsThatWaitIsBounded() {
        committee.store(ME).transaction(() -> {
            for (int i = 0; i < WithdrawalDesk.OPEN_PER_SILO; i++) {
                UpdateRef ref = Samples.ref("silo-2", "flood " + i);
                committee.store(ME).withdrawals().add(Samples.MODEL, ref, 1, Samples.NOW);
            }
        });
        assertThatThrownBy(() -> ask(B)).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                .isEqualTo(Reason.TOO_MANY_IN_FLIGHT));
        assertThat(ask(A)).as("another silo's").contains(A);
    }

    @Test
    void aMemberWithoutItsPromiseStandsAside() {
        committee.hold(ME, A, B);
        withdraw(A);
        Member again = committee.loseMemory(ME);
        again.onOwnNeverVoted(Committee.neverVoted(ME, A));
        again.resume();
        committee.hold(ME, A, B);
        assertThat(again.onRequest(Committee.request(1, A, B))).isEmpty();
        assertThat(Committee.promised(again.onWithdrawal(Committee.withdrawal(B))))
                .isEmpty();
        assertThat(committee.store(ME).standsAside(1)).isTrue();
    }

    @Test
    void aMemberWithoutItsResponseStandsAside() {
        committee.hold(ME, A, B);
        Digest cohort = Committee.digest(1, A, B);
        me().onRequest(Committee.request(1, A, B));
        me().onVote(Committee.vote("silo-2", cohort));
        me().onVote(Committee.vote("silo-3", cohort));
        me().onModelManifest(Committee.published(1, A, B));
        me().onOwnResponse(Committee.response(ME, cohort));
        assertThat(committee.store(ME).standsAside(1))
                .as("erased, and still known")
                .isFalse();
        Member again = committee.loseMemory(ME);
        again.onOwnResponse(Committee.response(ME, cohort));
        again.resume();
        assertThat(committee.store(ME).standsAside(1)).isTrue();
    }
}
