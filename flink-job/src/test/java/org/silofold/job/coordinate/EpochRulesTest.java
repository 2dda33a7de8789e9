package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.coordinate.Federation.Sent;
import org.silofold.job.event.CoordinatorEvent.ReceiptSeen;
import org.silofold.job.event.CoordinatorEvent.RegistryChanged;
import org.silofold.job.event.CoordinatorEvent.ResponseSeen;
import org.silofold.job.event.CoordinatorEvent.VoteSeen;
import org.silofold.job.event.RosterId;
import org.silofold.protocol.reason.Reason;

/** A new epoch while updates are under way: each ends once, in a version or told that its epoch is over, and the next version comes. */
class EpochRulesTest {
    private final Desk desk = Desk.started(4, Knobs.plain(2));

    private void nextEpoch() {
        desk.federation.nextEpoch();
        desk.on(new RegistryChanged(desk.federation.registry()));
    }

    /** The model goes on with the new committee, and nobody of the old epoch is heard of again. */
    private void goesOn(int version) {
        Sent c = desk.sendToAll("sc");
        Sent d = desk.sendToAll("sd");
        assertThat(desk.lastRequest().context().rosterEpoch()).isEqualTo(2);
        assertThat(desk.lastRequest().abandonments()).isEmpty();
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        desk.publishLast();
        assertThat(desk.state.publishedVersion()).hasValue(version);
        assertThat(desk.fatesOf(c)).last().isEqualTo("in-version");
        assertThat(desk.fatesOf(d)).last().isEqualTo("in-version");
        assertThat(desk.state.liveUpdates()).isZero();
        assertThat(desk.state.suspected()).isEmpty();
    }

    @Test
    void whatIsInTheBufferEndsAtOnce() {
        Sent buffered = desk.sendToAll("sa");
        Sent gathering = desk.send("sb", "sa");
        nextEpoch();
        assertThat(desk.fatesOf(buffered)).containsExactly("accepted", "refused epoch-ended");
        assertThat(desk.fatesOf(gathering)).containsExactly("refused epoch-ended");
        goesOn(1);
    }

    /** A restarted job reads what waits for it along several ways. */
    @Test
    void receiptsThatOvertakeTheNewEpochCountOnceItIsKnown() {
        desk.on(Federation.start("again"));
        desk.federation.nextEpoch();
        Sent early = desk.prepare("sa");
        Sent late = desk.prepare("sb");
        early.shards().forEach(desk::on);
        desk.on(early.manifest());
        receipts(early);
        receipts(late);
        desk.on(new RegistryChanged(desk.federation.registry()));
        late.shards().forEach(desk::on);
        desk.on(late.manifest());
        desk.fences("again");
        assertThat(desk.fatesOf(early)).startsWith("accepted");
        assertThat(desk.fatesOf(late)).startsWith("accepted");
        assertThat(desk.state.early().receipts().values())
                .allSatisfy(left -> assertThat(left.size()).isZero());
    }

    @Test
    void receiptsOfAnEpochThatIsOverAreNotKept() {
        RosterId old = desk.federation.rosterId();
        nextEpoch();
        Sent update = desk.prepare("sa");
        desk.on(new ReceiptSeen("sb", old, update.ref(), Optional.empty()));
        assertThat(desk.state.early().receipts()).isEmpty();
    }

    private void receipts(Sent update) {
        for (String member : desk.federation.names()) {
            desk.on(new ReceiptSeen(member, desk.federation.rosterId(), update.ref(), Optional.empty()));
        }
    }

    @Test
    void whatIsRequestedEndsAtItsDeadlineAndIsNotAskedForAgain() {
        Sent a = desk.sendToAll("sa");
        Sent b = desk.sendToAll("sb");
        desk.vote("sa", "sb");
        nextEpoch();
        assertThat(desk.fatesOf(a)).containsExactly("accepted", "joined");
        desk.passInVain(Federation.VOTE_TIMEOUT);
        assertThat(desk.requests).hasSize(1);
        assertThat(desk.fatesOf(a)).containsExactly("accepted", "joined", "spent epoch-ended");
        assertThat(desk.fatesOf(b)).last().isEqualTo("spent epoch-ended");
        goesOn(1);
    }

    @Test
    void whatIsAbandonedAfterwardsEnds() {
        Sent a = desk.sendToAll("sa");
        RosterId old = desk.federation.rosterId();
        desk.sendToAll("sb");
        desk.refuse(Reason.LOCKED, List.of(), "sa", "sb");
        nextEpoch();
        desk.on(new VoteSeen(
                "sc",
                old,
                desk.lastRequest().buffer(),
                desk.cohortDigest(),
                Optional.of(Reason.LOCKED),
                List.of(),
                new byte[] {1}));
        assertThat(desk.fatesOf(a)).containsExactly("accepted", "joined", "refused epoch-ended");
        goesOn(1);
    }

    @Test
    void whatIsCertifiedIsOpenedIfTheOldCommitteesAnswersAreThere() {
        Sent a = desk.sendToAll("sa");
        RosterId old = desk.federation.rosterId();
        desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb");
        nextEpoch();
        desk.on(new ResponseSeen("sc", old, desk.lastRequest().buffer(), desk.cohortDigest(), desk.answer("sc")));
        desk.publishLast();
        assertThat(desk.fatesOf(a)).containsExactly("accepted", "joined", "in-version");
        goesOn(2);
    }

    @Test
    void whatIsCertifiedAndNotAnsweredEndsAtItsDeadline() {
        Sent a = desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb");
        nextEpoch();
        desk.passInVain(Federation.RESPONSE_TIMEOUT);
        assertThat(desk.fatesOf(a)).containsExactly("accepted", "joined", "spent epoch-ended");
        goesOn(1);
    }
}
