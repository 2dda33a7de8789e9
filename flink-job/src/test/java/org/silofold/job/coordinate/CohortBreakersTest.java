package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.coordinate.Federation.Sent;
import org.silofold.job.event.CoordinatorEvent.WithdrawalSeen;
import org.silofold.protocol.reason.Reason;

/** Silos that bring a cohort down without breaking its sum: they alone are counted. Four members, three votes, three answers. */
class CohortBreakersTest {
    private final Desk desk = Desk.started(4, Knobs.plain(3));

    private Sent request() {
        Sent first = desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.sendToAll("sc");
        return first;
    }

    /** Two voted before they heard of it and two refuse: neither three votes nor three refusals. */
    @Test
    void aSiloThatSplitsTheVoteByTakingItsUpdateBackIsSuspected() {
        Sent withdrawn = request();
        desk.vote("sa", "sb");
        desk.on(new WithdrawalSeen(withdrawn.key()));
        desk.refuse(Reason.WITHDRAWN, List.of(withdrawn.ref()), "sc", "sd");
        desk.pass(Federation.VOTE_TIMEOUT);
        desk.pass(Federation.VOTE_TIMEOUT);
        assertThat(desk.fatesOf(withdrawn)).last().isEqualTo("spent not-answered");
        assertThat(desk.state.suspected()).containsOnlyKeys("sa").containsEntry("sa", 1);
    }

    @Test
    void theOthersOfACohortAbandonedForItAreRequestedAgainWithoutIt() {
        Sent withdrawn = request();
        desk.on(new WithdrawalSeen(withdrawn.key()));
        desk.refuse(Reason.WITHDRAWN, List.of(withdrawn.ref()), "sb", "sc", "sd");
        assertThat(desk.fatesOf(withdrawn)).last().isEqualTo("refused withdrawn");
        assertThat(desk.state.suspected()).containsOnlyKeys("sa");
        desk.pass(Federation.AGE);
        assertThat(desk.requests).hasSize(2);
        assertThat(desk.silosOf(desk.lastRequest())).containsExactly("sb", "sc");
        assertThat(desk.lastRequest().abandonments()).hasSize(3);
    }

    @Test
    void membersAloneCannotSayThatASiloTookItsUpdateBack() {
        Sent first = request();
        desk.refuse(Reason.WITHDRAWN, List.of(first.ref()), "sb", "sc", "sd");
        assertThat(desk.state.suspected()).isEmpty();
    }

    @Test
    void anUpdateThatWasTakenBackAndRefusedForAnotherReasonIsNotCounted() {
        Sent first = request();
        desk.on(new WithdrawalSeen(first.key()));
        desk.refuse(Reason.LOCKED, List.of(), "sb", "sc", "sd");
        assertThat(desk.state.suspected()).isEmpty();
    }

    /** Good shares for two members, and a third that lies that it has one, votes and stays silent. */
    @Test
    void aSiloWhoseUpdateTooFewCanAnswerForIsSuspectedAlone() {
        desk.send("sa", "sa", "sb", "sd");
        desk.sendToAll("sb");
        desk.sendToAll("sc");
        desk.vote("sa", "sb", "sd");
        desk.respond("sa", "sb");
        desk.passInVain(Federation.RESPONSE_TIMEOUT);
        assertThat(desk.audited()).contains(AuditEvents.COHORT_NOT_ANSWERED, AuditEvents.NO_RESPONSE);
        assertThat(desk.state.suspected()).containsOnlyKeys("sa").containsEntry("sa", 1);
        assertThat(desk.state.strikes()).containsOnlyKeys("sd");
    }

    @Test
    void membersThatAreAwayMakeNoSiloSuspected() {
        request();
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb");
        desk.passInVain(Federation.RESPONSE_TIMEOUT);
        assertThat(desk.audited()).contains(AuditEvents.COHORT_NOT_ANSWERED);
        assertThat(desk.state.strikes()).containsOnlyKeys("sc", "sd");
        assertThat(desk.state.suspected()).isEmpty();
    }
}
