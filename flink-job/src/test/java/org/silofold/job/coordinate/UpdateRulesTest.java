package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.coordinate.Federation.Sent;
import org.silofold.job.event.CoordinatorEvent.ManifestSeen;
import org.silofold.job.event.CoordinatorEvent.ReceiptSeen;
import org.silofold.job.event.CoordinatorEvent.RegistryChanged;
import org.silofold.job.event.CoordinatorEvent.ShardSeen;
import org.silofold.job.event.CoordinatorEvent.UpdateRefused;
import org.silofold.job.event.CoordinatorEvent.WithdrawalSeen;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.TimeSpan;
import org.silofold.protocol.cohort.RequestTimes;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

class UpdateRulesTest {
    private final Desk desk = Desk.started(4, Knobs.plain(3));

    @Test
    void acceptedOnceCompleteAndWithThresholdReceipts() {
        Sent update = desk.send("sa", "sa", "sb");
        assertThat(desk.fatesOf(update)).isEmpty();
        desk.accept(update, "sc");
        assertThat(desk.fatesOf(update)).containsExactly("accepted");
        assertThat(desk.fold).containsExactly(new FoldCommand.Join(0, update.key()));
    }

    @Test
    void receiptsOfStrangersAndForOtherManifestsDoNotCount() {
        Sent update = desk.send("sa", "sa", "sb", "stranger");
        UpdateRef other = new UpdateRef("sa", update.key().updateId(), Federation.digest("other"));
        desk.on(new ReceiptSeen("sc", desk.federation.rosterId(), other, Optional.empty()));
        desk.on(new ReceiptSeen(
                "sd", desk.federation.rosterId(), update.ref(), Optional.of(Reason.SHARE_CHECK_FAILED)));
        assertThat(desk.fatesOf(update)).isEmpty();
    }

    @Test
    void receiptsMayOvertakeTheUpdate() {
        Sent update = desk.prepare("sa");
        desk.accept(update, "sa", "sb", "sc");
        desk.on(new ReceiptSeen("sa", desk.federation.rosterId(), update.ref(), Optional.of(Reason.SEAL_BROKEN)));
        desk.send(update);
        assertThat(desk.fatesOf(update)).containsExactly("accepted");
        assertThat(desk.state.early().receipts().values())
                .allSatisfy(kept -> assertThat(kept.size()).isZero());
    }

    @Test
    void anAcceptanceStandsWhenTheSiloSendsAnotherManifest() {
        Sent update = desk.prepare("sa");
        desk.accept(update, "sa", "sb", "sc");
        UpdateRef other = new UpdateRef("sa", update.key().updateId(), Federation.digest("other"));
        desk.on(new ReceiptSeen("sb", desk.federation.rosterId(), other, Optional.of(Reason.CONFLICTING_DUPLICATE)));
        desk.send(update);
        desk.on(new ReceiptSeen("sc", desk.federation.rosterId(), other, Optional.of(Reason.CONFLICTING_DUPLICATE)));
        assertThat(desk.fatesOf(update)).containsExactly("accepted");
    }

    @Test
    void endsIncompleteAtItsExpiry() {
        Sent update = desk.prepare("sa");
        desk.on(update.manifest());
        desk.on(update.shards().get(0));
        desk.pass(Federation.EXPIRY - 1);
        assertThat(desk.fatesOf(update)).isEmpty();
        desk.pass(1);
        assertThat(desk.fatesOf(update)).containsExactly("refused incomplete");
        desk.on(update.shards().get(1));
        assertThat(desk.last.fold()).containsExactly(new FoldCommand.Drop(update.key()));
        desk.on(update.manifest());
        assertThat(desk.fatesOf(update)).hasSize(1);
    }

    @Test
    void endsForWantOfReceiptsAtItsExpiry() {
        Sent update = desk.send("sa", "sa");
        desk.pass(Federation.EXPIRY);
        assertThat(desk.fatesOf(update)).containsExactly("refused shares-not-accepted");
    }

    /** Members refuse what has expired when they vote: an update without the time for it ends by itself, and alone. */
    @Test
    void aWithdrawnUpdateEndsWhereverItsRecordsAre() {
        Sent buffered = desk.sendToAll("sa");
        Sent unseen = desk.prepare("sb");
        desk.on(new WithdrawalSeen(buffered.key()));
        desk.on(new WithdrawalSeen(unseen.key()));
        desk.send(unseen);
        assertThat(desk.fatesOf(buffered)).containsExactly("accepted", "refused withdrawn");
        assertThat(desk.fatesOf(unseen)).containsExactly("refused withdrawn");
        assertThat(desk.fold).contains(new FoldCommand.Leave(0, buffered.key()));
        desk.on(new WithdrawalSeen(buffered.key()));
        assertThat(desk.fatesOf(buffered)).hasSize(2);
    }

    @Test
    void aRequestedUpdateStaysUntilItsCohortIsCertifiedOrAbandoned() {
        Sent certified = desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.sendToAll("sc");
        desk.on(new WithdrawalSeen(certified.key()));
        assertThat(desk.fatesOf(certified)).containsExactly("accepted", "joined");
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        desk.publishLast();
        assertThat(desk.fatesOf(certified)).containsExactly("accepted", "joined", "in-version");

        Sent abandoned = desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.sendToAll("sc");
        desk.on(new WithdrawalSeen(abandoned.key()));
        desk.refuse(Reason.LOCKED, java.util.List.of(), "sa", "sb", "sd");
        assertThat(desk.fatesOf(abandoned)).containsExactly("accepted", "joined", "refused withdrawn");
    }

    @Test
    void anUpdateWithoutTimeForAVoteJoinsNoCohort() {
        long needed = Federation.VOTE_TIMEOUT + RequestTimes.CLOCK_MARGIN_MILLIS;
        Sent tight = desk.sendToAll("sa", desk.now + needed + 10);
        assertThat(desk.fatesOf(tight)).containsExactly("accepted");
        desk.pass(10);
        assertThat(desk.fatesOf(tight)).containsExactly("accepted", "refused expired");
        Sent late = desk.sendToAll("sa", desk.now + needed);
        assertThat(desk.fatesOf(late)).containsExactly("refused expired");
        desk.sendToAll("sb");
        desk.sendToAll("sc");
        desk.sendToAll("sd", desk.now + needed + 10);
        assertThat(desk.silosOf(desk.lastRequest())).containsExactly("sb", "sc", "sd");
        assertThat(desk.now + Federation.VOTE_TIMEOUT)
                .isLessThan(desk.sent
                        .get(org.silofold.job.event.UpdateKey.of(
                                desk.lastRequest().cohort().get(2)))
                        .manifest()
                        .core()
                        .expiryMillis());
    }

    /** Its silo's clock is a day behind or ahead: it ends at once, and the others go on. */
    @Test
    void anUpdateOfASiloWhoseClockIsADayOffEndsAloneAndSaysWhy() {
        long day = 86_400_000;
        long life = desk.federation.registry().policy().expiryMillis();
        Sent behind = desk.prepareUntil("sa", desk.now - day + life);
        desk.on(behind.manifest());
        assertThat(desk.fatesOf(behind)).containsExactly("refused expired");
        Sent ahead = desk.prepareUntil("sb", desk.now + day + life);
        desk.send(ahead);
        assertThat(desk.fatesOf(ahead)).containsExactly("refused clock-off");
        Sent itsClockIsRightAgain = desk.sendToAll("sa", desk.now + life);
        desk.sendToAll("sc", desk.now + 2 * life);
        desk.sendToAll("sd");
        assertThat(desk.fatesOf(itsClockIsRightAgain)).containsExactly("accepted", "joined");
        assertThat(desk.silosOf(desk.lastRequest())).containsExactly("sa", "sc", "sd");
        desk.send(ahead, "sa", "sb", "sc", "sd");
        assertThat(desk.fatesOf(ahead)).hasSize(1);
    }

    @Test
    void endsExpiredAloneInTheBuffer() {
        Sent update = desk.sendToAll("sa");
        desk.pass(Federation.EXPIRY);
        assertThat(desk.fatesOf(update)).containsExactly("accepted", "refused expired");
        assertThat(desk.fold)
                .containsExactly(
                        new FoldCommand.Join(0, update.key()),
                        new FoldCommand.Leave(0, update.key()),
                        new FoldCommand.Drop(update.key()));
    }

    @Test
    void aShardSentTwiceDifferentlyEndsTheUpdate() {
        Sent update = desk.prepare("sa");
        desk.on(update.manifest());
        ShardSeen shard = update.shards().get(0);
        desk.on(shard);
        desk.on(shard);
        assertThat(desk.fatesOf(update)).isEmpty();
        desk.on(new ShardSeen("sa", shard.updateId(), shard.sequence(), 0, 3, Federation.digest("x")));
        assertThat(desk.fatesOf(update)).containsExactly("refused conflicting-duplicate");
    }

    @Test
    void whatWasRefusedWhereItWasReadEndsTheUpdate() {
        Sent seen = desk.sendToAll("sa");
        Sent unseen = desk.prepare("sb");
        desk.on(new UpdateRefused(seen.key(), Reason.SEAL_BROKEN));
        desk.on(new UpdateRefused(unseen.key(), Reason.KEY_DIGEST_MISMATCH));
        desk.on(new UpdateRefused(unseen.key(), Reason.KEY_DIGEST_MISMATCH));
        desk.send(unseen);
        assertThat(desk.fatesOf(seen)).containsExactly("accepted", "refused seal-broken");
        assertThat(desk.fatesOf(unseen)).containsExactly("refused key-digest-mismatch");
    }

    @Test
    void shardsThatAreNotTheManifestsEndTheUpdate() {
        Sent update = desk.prepare("sa");
        desk.on(update.manifest());
        desk.on(update.shards().get(0));
        desk.on(update.shards().get(1));
        desk.on(new ShardSeen(
                "sa", update.key().updateId(), update.shards().get(2).sequence(), 2, 3, Federation.digest("x")));
        assertThat(desk.fatesOf(update)).containsExactly("refused merkle-root-mismatch");
    }

    @Test
    void anotherBaseDigestIsUnknown() {
        Sent update = desk.send(desk.prepare("sa", 0, Federation.digest("other")));
        assertThat(desk.fatesOf(update)).containsExactly("refused unknown-base");
    }

    @Test
    void aBaseAheadOfTheLogWaitsForIt() {
        Sent early = desk.send(desk.prepare("sd", 1, Federation.digest("not yet")), "sa", "sb", "sc");
        assertThat(desk.fatesOf(early)).isEmpty();
        desk.pass(Federation.EXPIRY);
        assertThat(desk.fatesOf(early)).containsExactly("refused unknown-base");
    }

    @Test
    void aNewerUpdateTakesTheOldersPlace() {
        Sent older = desk.sendToAll("sa");
        Sent newer = desk.sendToAll("sa");
        assertThat(desk.fatesOf(older)).containsExactly("accepted", "refused superseded");
        assertThat(desk.fatesOf(newer)).containsExactly("accepted");
        assertThat(desk.fold)
                .containsExactly(
                        new FoldCommand.Join(0, older.key()),
                        new FoldCommand.Leave(0, older.key()),
                        new FoldCommand.Drop(older.key()),
                        new FoldCommand.Join(0, newer.key()));
    }

    /** Manifests of one silo are verified side by side: the newer one may be read first. */
    @Test
    void anUpdateWhoseManifestWasOvertakenIsInOrder() {
        Sent older = desk.prepare("sa");
        Sent newer = desk.prepare("sa");
        desk.on(newer.manifest());
        desk.send(older, "sa", "sb", "sc");
        assertThat(desk.fatesOf(older)).containsExactly("accepted");
        newer.shards().forEach(desk::on);
        desk.accept(newer, "sa", "sb", "sc");
        assertThat(desk.fatesOf(older)).containsExactly("accepted", "refused superseded");
        assertThat(desk.fatesOf(newer)).containsExactly("accepted");
        assertThat(desk.fold).endsWith(new FoldCommand.Join(0, newer.key()));
    }

    @Test
    void anOlderUpdateTakesNoNewersPlace() {
        Sent older = desk.prepare("sa");
        Sent newer = desk.sendToAll("sa");
        desk.send(older, "sa", "sb", "sc");
        assertThat(desk.fatesOf(older)).containsExactly("accepted", "refused superseded");
        assertThat(desk.fatesOf(newer)).containsExactly("accepted");
        assertThat(desk.state.open().updates()).containsExactly(newer.key());
    }

    /** In the log the older one came first, and nothing replaces what is requested: neither is lost. */
    @Test
    void anUpdateThatWasOvertakenByARequestedOneJoinsTheNextCohort() {
        Sent older = desk.prepare("sa");
        Sent newer = desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.sendToAll("sc");
        desk.send(older, "sa", "sb", "sc");
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        desk.publishLast();
        desk.sendToAll("sb");
        desk.sendToAll("sc");
        assertThat(desk.fatesOf(newer)).containsExactly("accepted", "joined", "in-version");
        assertThat(desk.fatesOf(older)).containsExactly("accepted", "joined");
    }

    @Test
    void aSequenceThatWasUsedIsRefused() {
        Sent first = desk.sendToAll("sa");
        Sent same = desk.prepareAgain(first);
        desk.send(same, "sa", "sb", "sc");
        assertThat(desk.fatesOf(same)).containsExactly("refused old-sequence");
        desk.on(new WithdrawalSeen(first.key()));
        Sent afterItEnded = desk.prepareAgain(first);
        desk.send(afterItEnded, "sa", "sb", "sc");
        assertThat(desk.fatesOf(afterItEnded)).containsExactly("refused old-sequence");
        assertThat(desk.fatesOf(first)).containsExactly("accepted", "refused withdrawn");
    }

    @Test
    void aSequenceFromBeforeWhatIsRememberedIsRefused() {
        Sent forgotten = desk.prepare("sa");
        Sent remembered = desk.prepare("sa");
        for (int i = 2; i < EndedUpdates.REMEMBERED; i++) {
            desk.prepare("sa");
        }
        desk.on(desk.prepare("sa").manifest());
        desk.on(remembered.manifest());
        assertThat(desk.fatesOf(remembered)).isEmpty();
        desk.on(forgotten.manifest());
        assertThat(desk.fatesOf(forgotten)).containsExactly("refused old-sequence");
    }

    @Test
    void noMoreInFlightThanPolicyAllowsAndOfThoseTheNewest() {
        List<Sent> sent = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            sent.add(desk.prepare("sa"));
        }
        for (int i : new int[] {1, 2, 3, 5}) {
            desk.on(sent.get(i).manifest());
        }
        assertThat(desk.state.liveUpdates()).isEqualTo(4);
        desk.on(sent.get(0).shards().get(0));
        assertThat(desk.fatesOf(sent.get(0))).containsExactly("refused too-many-in-flight");
        desk.on(sent.get(4).shards().get(0));
        assertThat(desk.fatesOf(sent.get(1))).containsExactly("refused too-many-in-flight");
        assertThat(desk.state.updates().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        sent.subList(2, 6).stream().map(Sent::key).toList());
    }

    @Test
    void twoSilosOfOneOrganisationDoNotShareABuffer() {
        SortedMap<String, String> organisations =
                new TreeMap<>(desk.federation.registry().organisations());
        organisations.put("sb", "org-sa");
        desk.on(new RegistryChanged(desk.federation.registry(organisations, new TreeMap<>())));
        desk.sendToAll("sa");
        Sent second = desk.sendToAll("sb");
        assertThat(desk.fatesOf(second)).containsExactly("accepted");
        assertThat(desk.fold).hasSize(1);
    }

    @Test
    void aRevokedSilosUpdateLeaves() {
        Sent update = desk.sendToAll("sa");
        SortedMap<String, List<TimeSpan>> revoked = new TreeMap<>();
        revoked.put("sa", List.of(new TimeSpan(desk.now + 10, Long.MAX_VALUE)));
        desk.on(new RegistryChanged(
                desk.federation.registry(desk.federation.registry().organisations(), revoked)));
        assertThat(desk.fatesOf(update)).containsExactly("accepted");
        assertThat(desk.last.wakeUpAt()).hasValue(desk.now + 10);
        desk.pass(10);
        assertThat(desk.fatesOf(update)).containsExactly("accepted", "refused revoked");
    }

    @Test
    void aSuspendedSiloIsHeardAgainAfterwards() {
        SortedMap<String, List<TimeSpan>> revoked = new TreeMap<>();
        revoked.put("sa", List.of(new TimeSpan(desk.now, desk.now + 10)));
        desk.on(new RegistryChanged(
                desk.federation.registry(desk.federation.registry().organisations(), revoked)));
        Sent during = desk.sendToAll("sa");
        assertThat(desk.fatesOf(during)).containsExactly("refused revoked");
        desk.pass(10);
        Sent after = desk.sendToAll("sa");
        assertThat(desk.fatesOf(after)).containsExactly("accepted");
    }

    @Test
    void aNewPolicyEndsWhatWasMadeUnderTheOld() {
        Sent update = desk.sendToAll("sa");
        desk.federation.nextPolicy();
        desk.on(new RegistryChanged(desk.federation.registry()));
        assertThat(desk.fatesOf(update)).containsExactly("accepted", "refused wrong-policy");
    }

    @Test
    void aMetaBlockOutOfRangeIsRefused() {
        Sent update = desk.prepare("sa");
        int[] words = update.manifest().metaWords().clone();
        words[0] = ToyMask.Q;
        desk.on(new ManifestSeen(update.ref(), update.manifest().core(), words));
        assertThat(desk.fatesOf(update)).containsExactly("refused word-out-of-range");
    }

    @Test
    void manifestsMayComeBeforeTheRegistry() {
        Desk fresh = new Desk(4, Knobs.plain(3));
        Sent update = fresh.send(fresh.prepare("sa", 0, Digest.ZERO), "sa", "sb", "sc");
        assertThat(fresh.fates).isEmpty();
        fresh.on(new RegistryChanged(fresh.federation.registry()));
        fresh.publishLast();
        assertThat(fresh.fatesOf(update)).containsExactly("refused unknown-base");
    }
}
