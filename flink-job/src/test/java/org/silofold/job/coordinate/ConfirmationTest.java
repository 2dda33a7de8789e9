package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen.Among;
import org.silofold.job.event.CoordinatorEvent.OwnManifestSeen;
import org.silofold.job.event.FoldCommand;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.StartId;

/** A job at a state from before version 1, which its log holds. */
class ConfirmationTest {
    private final Desk desk = Desk.started(4, Knobs.plain(2));
    private byte[] savepoint;
    private OwnManifestSeen published;

    @BeforeEach
    void publishOneVersion() {
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        savepoint = StateCodec.encode(desk.state);
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        ModelManifest manifest = desk.lastPublish().manifest(Federation.digest("root"));
        published = new OwnManifestSeen(manifest, Desk.digestOf(manifest));
        desk.logAnswers = false;
    }

    /** Goes back, reads the log and recomputes the version; the id with which this start confirms it. */
    private StartId recompute(String start) {
        desk.state = StateCodec.decode(savepoint);
        desk.fold.clear();
        desk.on(Federation.start(start));
        desk.on(published);
        desk.on(new OwnFenceSeen(start, Among.REQUESTS));
        desk.on(new OwnFenceSeen(start, Among.MANIFESTS));
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        assertThat(desk.fold).anyMatch(FoldCommand.Open.class::isInstance);
        assertThat(desk.lastPublish().published()).contains(published.digest());
        return desk.lastPublish().confirmation().orElseThrow();
    }

    private void nothingMoves() {
        desk.sendToAll("sc");
        desk.sendToAll("sd");
        desk.pass(10 * Federation.RESPONSE_TIMEOUT);
        assertThat(desk.requests).hasSize(1);
        assertThat(desk.state.publishedVersion()).hasValue(0);
        assertThat(desk.fold).noneMatch(FoldCommand.Apply.class::isInstance);
    }

    @Test
    void aVersionOfTheLogIsAppliedWhenItsConfirmationIsReadAndNotBefore() {
        StartId confirmation = recompute("one");
        desk.on(published);
        nothingMoves();
        desk.confirm(confirmation);
        assertThat(desk.fold).contains(new FoldCommand.Apply(1));
        assertThat(desk.state.publishedVersion()).hasValue(1);
    }

    @Test
    void theConfirmationOfAnEarlierStartDoesNotCount() {
        StartId earlier = recompute("one");
        StartId now = recompute("two");
        assertThat(now).isNotEqualTo(earlier);
        desk.confirm(earlier);
        nothingMoves();
        desk.confirm(now);
        assertThat(desk.state.publishedVersion()).hasValue(1);
    }
}
