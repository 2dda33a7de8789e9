package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.coordinate.Federation.Sent;
import org.silofold.job.event.FoldCommand;

class AnswerRulesTest {
    private static final String[] THREE = {"sa", "sb", "sc"};

    private static Desk certified(Knobs knobs) {
        Desk desk = Desk.started(4, knobs);
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.vote(THREE);
        return desk;
    }

    private static int[] garbage() {
        return new int[] {1, 2, 3, 4};
    }

    @Test
    void aWrongResponseIsFoundAndNamed() {
        Desk desk = certified(Knobs.plain(2));
        desk.respondWith("sa", garbage());
        desk.respond("sb", "sc");
        assertThat(desk.publish).hasSize(1);
        desk.respond("sd");
        assertThat(desk.lastPublish().version()).isEqualTo(1);
        assertThat(desk.lastPublish().sumOfWeights()).isEqualTo(desk.plainSum());
        assertThat(desk.audit)
                .anyMatch(note -> note.event().equals(AuditEvents.WRONG_RESPONSE)
                        && note.details().get("member").equals("sa"));
        assertThat(desk.state.strikes()).containsEntry("sa", 1);
    }

    @Test
    void aMembersFirstResponseStands() {
        Desk desk = certified(Knobs.plain(2));
        desk.respond("sa");
        desk.respondWith("sa", garbage());
        desk.respond("sb", "sc");
        assertThat(desk.lastPublish().sumOfWeights()).isEqualTo(desk.plainSum());
    }

    @Test
    void malformedResponsesCostStandingAndNothingElse() {
        Desk desk = certified(Knobs.plain(2));
        desk.respondWith("sa", new int[] {1});
        desk.respondWith("sa", new int[] {ToyMask.Q, 0, 0, 0});
        desk.respond("sa", "sb", "sc");
        assertThat(desk.lastPublish().version()).isEqualTo(1);
        assertThat(desk.state.strikes()).containsEntry("sa", 2);
    }

    /** Of six members one may be silent: five answer, t = 4 and one more. */
    @Test
    void extraResponsesAreWaitedFor() {
        Desk desk = Desk.started(6, new Knobs(2, 16, 2, 1, 0, 1, 3));
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc", "sd");
        desk.respond("sa", "sb", "sc", "sd");
        assertThat(desk.publish).hasSize(1);
        desk.respond("se");
        assertThat(desk.lastPublish().version()).isEqualTo(1);
    }

    /** Of four members one may be silent, and t = 3: policy can ask for no more. */
    @Test
    void silentMembersStopNoOpeningHoweverManyResponsesPolicyAsksFor() {
        Desk desk = certified(new Knobs(2, 16, 2, 1, 0, 1, 3));
        desk.respond(THREE);
        assertThat(desk.lastPublish().version()).isEqualTo(1);
    }

    @Test
    void aCohortThatNoSumOpensIsBrokenAndSpent() {
        Desk desk = certified(Knobs.plain(2));
        desk.respondWith("sa", garbage());
        desk.respondWith("sb", garbage());
        desk.respond("sc", "sd");
        assertThat(desk.publish).hasSize(1);
        assertThat(desk.fates)
                .filteredOn(f -> f.kind().code().equals("spent"))
                .hasSize(2)
                .allSatisfy(
                        fate -> assertThat(fate.reason().orElseThrow().code()).isEqualTo("cohort-broken"));
        assertThat(desk.fold).contains(new FoldCommand.Discard(0));
    }

    @Test
    void silentMembersLoseStandingAtTheDeadline() {
        Desk desk = certified(Knobs.plain(2));
        desk.respond("sa");
        desk.passInVain(Federation.RESPONSE_TIMEOUT);
        assertThat(desk.state.strikes()).containsOnlyKeys("sb", "sc", "sd");
        assertThat(desk.fates).filteredOn(f -> f.kind().code().equals("spent")).allSatisfy(fate -> assertThat(
                        fate.reason().orElseThrow().code())
                .isEqualTo("not-answered"));
    }

    @Test
    void responsesThatOvertakeTheVotesCount() {
        Desk desk = Desk.started(4, Knobs.plain(2));
        Sent first = desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.respond(THREE);
        desk.vote(THREE);
        assertThat(desk.lastPublish().version()).isEqualTo(1);
        desk.publishLast();
        assertThat(desk.fatesOf(first)).last().isEqualTo("in-version");
    }
}
