package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.coordinate.Federation.Sent;

class StandingTest {
    private final Desk desk = Desk.started(4, Knobs.plain(2));

    /** A version with the answers of these members. */
    private void version(String... answering) {
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc");
        desk.respond(answering);
        desk.publishLast();
    }

    @Test
    void aMemberThatVotesAndStaysSilentLosesStandingThoughTheVersionComesOut() {
        version("sa", "sb", "sd");
        assertThat(desk.state.strikes()).containsOnlyKeys("sc");
        assertThat(desk.audited()).contains(AuditEvents.NO_RESPONSE);
    }

    @Test
    void anAnswerBeforeTheVersionIsOutIsInTime() {
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sd");
        desk.respond("sc");
        desk.publishLast();
        assertThat(desk.state.strikes()).isEmpty();
    }

    @Test
    void aWrongAnswerIsNotForgivenWithItsOwnVersion() {
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc");
        desk.respondWith("sa", new int[] {1, 2, 3, 4});
        desk.respond("sb", "sc", "sd");
        desk.publishLast();
        assertThat(desk.state.strikes()).containsOnlyKeys("sa").containsEntry("sa", 1);
    }

    @Test
    void standingRecoversWithTheVersionsThatAMemberDoesNotFail() {
        version("sa", "sb", "sd");
        version("sa", "sb", "sd");
        assertThat(desk.state.strikes()).containsEntry("sc", 2);
        version("sa", "sb", "sc", "sd");
        assertThat(desk.state.strikes()).containsEntry("sc", 1);
        version("sa", "sb", "sc", "sd");
        assertThat(desk.state.strikes()).isEmpty();
    }

    @Test
    void strikesHaveABound() {
        for (int i = 0; i < Standing.MOST + 3; i++) {
            version("sa", "sb", "sd");
        }
        assertThat(desk.state.strikes()).containsEntry("sc", Standing.MOST);
    }

    /** Three of four are needed. Either three or the other leave one update out; the one without the silent member is taken. */
    @Test
    void theChoiceOfMembersPrefersGoodStandingAndNeverGoesBelowTheThreshold() {
        version("sb", "sc", "sd");
        assertThat(desk.state.strikes()).containsOnlyKeys("sa");
        Desk wide = Desk.started(4, new Knobs(2, 16, 3, 1, 0, 0, 3));
        wide.sendToAll("sa");
        wide.sendToAll("sb");
        wide.sendToAll("sc");
        wide.vote("sa", "sb", "sc");
        wide.respond("sb", "sc", "sd");
        wide.publishLast();
        Sent both = wide.sendToAll("sa");
        Sent withSilent = wide.send("sb", "sa", "sb", "sc");
        Sent withoutSilent = wide.send("sc", "sb", "sc", "sd");
        wide.pass(Federation.AGE);
        assertThat(wide.lastRequest().cohort()).containsExactlyInAnyOrder(both.ref(), withoutSilent.ref());
        assertThat(wide.lastRequest().cohort()).doesNotContain(withSilent.ref());
        Sent two = wide.send("sd", "sb", "sc");
        assertThat(wide.fatesOf(two)).isEmpty();
    }
}
