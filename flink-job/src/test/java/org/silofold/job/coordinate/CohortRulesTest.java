package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.coordinate.Federation.Sent;
import org.silofold.job.event.CoordinatorEvent.RegistryChanged;
import org.silofold.job.event.FoldCommand;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.Reason;

class CohortRulesTest {
    private final Desk desk = Desk.started(4, Knobs.plain(3));

    @Test
    void versionZeroIsPublishedOnce() {
        assertThat(desk.publish).hasSize(1);
        assertThat(desk.lastPublish().requiredRoot()).contains(Federation.digest("initial root"));
        assertThat(desk.lastPublish().previousDigest()).isEqualTo(Federation.digest("spec"));
        assertThat(desk.state.publishedVersion()).hasValue(0);
        desk.on(new RegistryChanged(desk.federation.registry()));
        assertThat(desk.publish).hasSize(1);
    }

    @Test
    void aFullBufferIsRequestedAndPublished() {
        List<Sent> updates = List.of(desk.sendToAll("sc"), desk.sendToAll("sa"), desk.sendToAll("sb"));
        assertThat(desk.requests).hasSize(1);
        assertThat(desk.lastRequest().buffer()).isEqualTo(new Buffer(1, 1));
        assertThat(desk.silosOf(desk.lastRequest())).containsExactly("sa", "sb", "sc");
        assertThat(desk.lastRequest().previousManifestDigest())
                .isEqualTo(desk.state.versionDigests().get(0L));
        desk.vote("sa", "sb");
        assertThat(desk.fold).noneMatch(FoldCommand.Certified.class::isInstance);
        desk.vote("sb", "stranger", "sd");
        assertThat(desk.last.fold()).containsExactly(new FoldCommand.Certified(0));
        desk.respond("sa", "sb");
        assertThat(desk.publish).hasSize(1);
        desk.respond("sd");
        assertThat(desk.lastPublish().version()).isEqualTo(1);
        assertThat(desk.lastPublish().sumOfWeights()).isEqualTo(desk.plainSum());
        assertThat(desk.lastPublish().published()).isEqualTo(Optional.empty());
        assertThat(desk.last.fold())
                .hasOnlyElementsOfType(FoldCommand.Open.class)
                .hasSize(1);
        desk.publishLast();
        for (Sent update : updates) {
            assertThat(desk.fatesOf(update)).containsExactly("accepted", "joined", "in-version");
        }
        assertThat(desk.state.publishedVersion()).hasValue(1);
        assertThat(desk.state.liveUpdates()).isZero();
    }

    @Test
    void theMinimumWaitsForTheBuffersAge() {
        desk.sendToAll("sa");
        desk.pass(Federation.AGE);
        assertThat(desk.requests).isEmpty();
        desk.sendToAll("sb");
        assertThat(desk.silosOf(desk.lastRequest())).containsExactly("sa", "sb");
    }

    @Test
    void membersAreChosenToTakeInTheMostUpdates() {
        desk.send("sa", "sa", "sb", "sc");
        Sent left = desk.send("sb", "sa", "sb", "sd");
        desk.send("sc", "sa", "sb", "sc");
        desk.pass(Federation.AGE);
        assertThat(desk.silosOf(desk.lastRequest())).containsExactly("sa", "sc");
        assertThat(desk.last.fold())
                .containsExactly(new FoldCommand.Leave(0, left.key()), new FoldCommand.Join(1, left.key()));
        assertThat(desk.fatesOf(left)).containsExactly("accepted");
        desk.accept(left, "sc");
        desk.sendToAll("sa");
        desk.sendToAll("sd");
        assertThat(desk.requests).as("version 1 is not out").hasSize(1);
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        desk.publishLast();
        assertThat(desk.requests).hasSize(2);
        assertThat(desk.lastRequest().buffer()).isEqualTo(new Buffer(2, 1));
        assertThat(desk.silosOf(desk.lastRequest())).containsExactly("sa", "sb", "sd");
    }

    @Test
    void aBaseThatTooFewShareWaits() {
        Desk strict = Desk.started(4, new Knobs(2, 4, 3, 2, 0, 0, 3));
        strict.sendToAll("sa");
        strict.sendToAll("sb");
        strict.sendToAll("sc");
        Sent late = strict.sendToAll("sd");
        strict.vote("sa", "sb", "sc");
        strict.respond("sa", "sb", "sc");
        strict.publishLast();
        strict.sendToAll("sa");
        strict.sendToAll("sb");
        strict.pass(Federation.AGE);
        assertThat(strict.silosOf(strict.lastRequest())).containsExactly("sa", "sb");
        assertThat(strict.fatesOf(late)).containsExactly("accepted");
    }

    @Test
    void neitherVotesNorRefusalsInTimeSpendTheCohort() {
        List<Sent> updates = List.of(desk.sendToAll("sa"), desk.sendToAll("sb"), desk.sendToAll("sc"));
        desk.vote("sa", "sb");
        Digest cohort = desk.cohortDigest();
        desk.pass(Federation.VOTE_TIMEOUT);
        assertThat(desk.requests).hasSize(2);
        assertThat(desk.cohortDigest()).isEqualTo(cohort);
        assertThat(desk.lastRequest().expiryMillis()).isEqualTo(desk.now + Federation.VOTE_TIMEOUT);
        desk.passInVain(Federation.VOTE_TIMEOUT);
        for (Sent update : updates) {
            assertThat(desk.fatesOf(update)).containsExactly("accepted", "joined", "spent not-answered");
        }
        assertThat(desk.last.fold()).contains(new FoldCommand.Discard(0));
        desk.vote("sc", "sd");
        assertThat(desk.last.fold()).isEmpty();
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.sendToAll("sd");
        assertThat(desk.lastRequest().buffer()).isEqualTo(new Buffer(1, 2));
    }

    @Test
    void refusalsFreeTheUpdatesForTheNextAttempt() {
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        Sent bad = desk.sendToAll("sc");
        desk.refuse(Reason.SHARE_CHECK_FAILED, List.of(bad.ref()), "sa", "sb");
        assertThat(desk.requests).hasSize(1);
        desk.refuse(Reason.SHARE_CHECK_FAILED, List.of(bad.ref()), "sd");
        assertThat(desk.fatesOf(bad)).containsExactly("accepted", "joined", "refused share-check-failed");
        desk.pass(Federation.AGE);
        assertThat(desk.lastRequest().buffer()).isEqualTo(new Buffer(1, 2));
        assertThat(desk.silosOf(desk.lastRequest())).containsExactly("sa", "sb");
        assertThat(desk.lastRequest().abandonments())
                .extracting(bytes -> new String(bytes, java.nio.charset.StandardCharsets.UTF_8))
                .containsExactly("sa", "sb", "sd");
    }

    @Test
    void oneLiarCannotEndAnUpdateAndRefusingForEverEndsThemAll() {
        List<Sent> updates = List.of(desk.sendToAll("sa"), desk.sendToAll("sb"), desk.sendToAll("sc"));
        for (int attempt = 1; attempt <= AbandonRule.MOST; attempt++) {
            assertThat(desk.lastRequest().buffer()).isEqualTo(new Buffer(1, attempt));
            desk.refuse(Reason.SPENT, List.of(updates.get(0).ref()), "sd");
            desk.refuse(Reason.LOCKED, List.of(updates.get(1).ref()), "sa", "sb");
        }
        for (Sent update : updates) {
            assertThat(desk.fatesOf(update)).last().isEqualTo("refused not-answered");
        }
        assertThat(desk.state.liveUpdates()).isZero();
        assertThat(desk.state.abandonments()).isEmpty();
    }

    @Test
    void staleAndUnknownBasesEndWhenAVersionComesOut() {
        Desk tight = Desk.started(4, new Knobs(2, 4, 2, 1, 0, 0, 0));
        tight.sendToAll("sa");
        tight.sendToAll("sb");
        Sent late = tight.sendToAll("sc");
        tight.vote("sa", "sb", "sc");
        tight.respond("sa", "sb", "sc");
        tight.publishLast();
        assertThat(tight.fatesOf(late)).containsExactly("accepted", "refused too-stale");
        Digest zero = Federation.digest("zero");
        assertThat(tight.fatesOf(tight.send(tight.prepare("sd", 0, zero)))).containsExactly("refused too-stale");
    }
}
