package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.coordinate.Federation.Sent;
import org.silofold.job.event.CoordinatorEvent.ReceiptSeen;
import org.silofold.job.event.CoordinatorEvent.RegistryChanged;
import org.silofold.job.event.CoordinatorEvent.ResponseSeen;
import org.silofold.job.event.CoordinatorEvent.VoteSeen;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.RosterId;
import org.silofold.job.event.TimeSpan;
import org.silofold.protocol.reason.Reason;

/** Whose votes, receipts, responses and refusals count. Four members, of whom three decide. */
class SeatRulesTest {
    private final Desk desk = Desk.started(4, Knobs.plain(2));

    private void revoke(String... members) {
        SortedMap<String, List<TimeSpan>> revoked = new TreeMap<>();
        for (String member : members) {
            revoked.put(member, List.of(new TimeSpan(desk.now, Long.MAX_VALUE)));
        }
        desk.on(new RegistryChanged(
                desk.federation.registry(desk.federation.registry().organisations(), revoked)));
    }

    private static RosterId other() {
        return new RosterId(1, Federation.digest("another roster"));
    }

    private void vote(String member, RosterId roster) {
        desk.on(new VoteSeen(
                member,
                roster,
                desk.lastRequest().buffer(),
                desk.cohortDigest(),
                Optional.empty(),
                List.of(),
                new byte[] {1}));
    }

    private boolean isCertified() {
        return desk.fold.stream().anyMatch(FoldCommand.Certified.class::isInstance);
    }

    @Test
    void aReceiptUnderAnotherRosterDoesNotCount() {
        Sent update = desk.send("sa", "sa", "sb");
        desk.on(new ReceiptSeen("sc", other(), update.ref(), Optional.empty()));
        assertThat(desk.fatesOf(update)).isEmpty();
    }

    /** That members may speak again is known where their receipts are let in before it is known here. */
    @Test
    void receiptsThatOvertakeTheirMembersReinstatementCountOnceItIsKnown() {
        revoke("sb", "sc");
        Sent update = desk.sendToAll("sa");
        assertThat(desk.fatesOf(update)).isEmpty();
        desk.on(new RegistryChanged(desk.federation.registry()));
        assertThat(desk.fatesOf(update)).startsWith("accepted");
    }

    /** A suspension ends by the clock, which may be ahead where the receipts are let in. */
    @Test
    void receiptsThatOvertakeTheEndOfTheirMembersSuspensionCountOnceItIsOver() {
        SortedMap<String, List<TimeSpan>> suspended = new TreeMap<>();
        for (String member : List.of("sb", "sc")) {
            suspended.put(member, List.of(new TimeSpan(desk.now, desk.now + 50)));
        }
        desk.on(new RegistryChanged(
                desk.federation.registry(desk.federation.registry().organisations(), suspended)));
        Sent update = desk.sendToAll("sa");
        assertThat(desk.fatesOf(update)).isEmpty();
        desk.pass(100);
        assertThat(desk.fatesOf(update)).startsWith("accepted");
    }

    @Test
    void anAcceptanceOfAMemberRevokedSinceDoesNotCount() {
        desk.sendToAll("sd");
        revoke("sb", "sc");
        Sent update = desk.sendToAll("sa");
        assertThat(desk.fatesOf(update)).isEmpty();
        assertThat(desk.requests).isEmpty();
    }

    @Test
    void aVoteUnderAnotherRosterDoesNotCount() {
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.vote("sa", "sb");
        vote("sc", other());
        assertThat(isCertified()).isFalse();
        desk.vote("sd");
        assertThat(isCertified()).isTrue();
    }

    @Test
    void aVoteOfAMemberRevokedSinceDoesNotCount() {
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.vote("sa", "sb");
        revoke("sa");
        desk.vote("sc");
        assertThat(isCertified()).isFalse();
        desk.vote("sd");
        assertThat(isCertified()).isTrue();
    }

    @Test
    void aResponseUnderAnotherRosterOrOfARevokedMemberDoesNotCount() {
        desk.sendToAll("sc");
        desk.sendToAll("sd");
        desk.vote("sa", "sb", "sc");
        desk.respond("sb", "sc");
        desk.on(new ResponseSeen("sd", other(), desk.lastRequest().buffer(), desk.cohortDigest(), desk.answer("sd")));
        assertThat(desk.publish).hasSize(1);
        revoke("sa");
        desk.respond("sa");
        assertThat(desk.publish).hasSize(1);
        desk.respond("sd");
        assertThat(desk.lastPublish().version()).isEqualTo(1);
    }

    private List<String> refusalsSent() {
        return desk.lastRequest().abandonments().stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void aRefusalThatComesLateTakesThePlaceOfARevokedMembers() {
        Sent a = desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.pass(1);
        var first = desk.lastRequest();
        desk.refuse(Reason.LOCKED, List.of(), "sa", "sb", "sd");
        assertThat(desk.lastRequest().buffer().attempt()).isEqualTo(2);
        desk.on(new VoteSeen(
                "sc",
                desk.federation.rosterId(),
                first.buffer(),
                SimulatedMember.digest(first),
                Optional.of(Reason.LOCKED),
                List.of(),
                "sc".getBytes(StandardCharsets.UTF_8)));
        revoke("sd");
        desk.pass(Federation.VOTE_TIMEOUT);
        assertThat(desk.requests).as("asked again").hasSize(3);
        assertThat(refusalsSent()).containsExactly("sa", "sb", "sc");
        assertThat(desk.fatesOf(a)).containsExactly("accepted", "joined", "joined");
    }

    @Test
    void anUpdateWhoseFreeingCanNoLongerBeProvenEnds() {
        Desk three = Desk.started(4, Knobs.plain(3));
        List<Sent> updates = List.of(three.sendToAll("sa"), three.sendToAll("sb"), three.sendToAll("sc"));
        three.refuse(Reason.SHARE_CHECK_FAILED, List.of(updates.get(0).ref()), "sa", "sb", "sd");
        assertThat(three.requests).hasSize(1);
        SortedMap<String, List<TimeSpan>> revoked = new TreeMap<>();
        revoked.put("sd", List.of(new TimeSpan(three.now, Long.MAX_VALUE)));
        three.on(new RegistryChanged(
                three.federation.registry(three.federation.registry().organisations(), revoked)));
        assertThat(three.fatesOf(updates.get(1))).last().isEqualTo("refused not-answered");
        assertThat(three.requests).hasSize(1);
    }
}
