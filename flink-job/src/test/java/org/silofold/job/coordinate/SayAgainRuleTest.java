package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.CoordinatorEvent.OwnBrokenSeen;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen.Among;
import org.silofold.job.event.CoordinatorEvent.OwnManifestSeen;
import org.silofold.job.event.CoordinatorEvent.OwnRequestSeen;
import org.silofold.job.event.CoordinatorEvent.Timer;
import org.silofold.job.event.FoldCommand;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.ModelManifest;

/** What left with a checkpoint, and which nobody ever reads. */
class SayAgainRuleTest {
    private static final long SILENCE = 60_000;

    private final Desk desk = Desk.started(4, Knobs.plain(2), SILENCE);

    /** A start that reads nothing of its own but its fences. */
    private void restart(String start) {
        desk.on(Federation.start(start));
        desk.on(new OwnFenceSeen(start, Among.REQUESTS));
        desk.on(new OwnFenceSeen(start, Among.MANIFESTS));
    }

    private void request() {
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        assertThat(desk.requests).hasSize(1);
    }

    private OwnManifestSeen open() {
        request();
        desk.on(new OwnRequestSeen(desk.lastRequest()));
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        ModelManifest manifest = desk.lastPublish().manifest(Federation.digest("root"));
        return new OwnManifestSeen(manifest, Desk.digestOf(manifest));
    }

    @Test
    void aRequestThatTheLogLacksIsMadeAgainAndOnceItIsThereNoMore() {
        request();
        restart("one");
        assertThat(desk.requests).hasSize(2);
        assertThat(desk.requests.get(1).cohort()).isEqualTo(desk.requests.get(0).cohort());
        assertThat(desk.requests.get(1).buffer()).isEqualTo(desk.requests.get(0).buffer());
        desk.on(new OwnRequestSeen(desk.lastRequest()));
        restart("two");
        assertThat(desk.requests).hasSize(2);
    }

    @Test
    void aRepeatThatIsLostTooIsRepeated() {
        request();
        restart("one");
        restart("two");
        assertThat(desk.requests).hasSize(3);
    }

    @Test
    void aVersionThatTheLogLacksIsPublishedAgainAndCountsOnce() {
        OwnManifestSeen manifest = open();
        assertThat(desk.publishAgain).isEmpty();
        restart("one");
        restart("two");
        assertThat(desk.publishAgain).containsExactly(new Buffer(1, 1), new Buffer(1, 1));
        desk.on(manifest);
        desk.on(manifest);
        assertThat(desk.state.publishedVersion()).hasValue(1);
        assertThat(desk.fold.stream().filter(FoldCommand.Apply.class::isInstance))
                .hasSize(1);
    }

    @Test
    void aVersionThatIsInTheLogAheadOfTheFencesIsNotPublishedAgain() {
        OwnManifestSeen manifest = open();
        desk.on(Federation.start("one"));
        desk.on(manifest);
        desk.on(new OwnFenceSeen("one", Among.REQUESTS));
        desk.on(new OwnFenceSeen("one", Among.MANIFESTS));
        assertThat(desk.publishAgain).isEmpty();
        assertThat(desk.state.publishedVersion()).hasValue(1);
    }

    @Test
    void fatesAndShardsOfTheNewestVersionAreSaidAgain() {
        desk.on(open());
        assertThat(desk.fates.stream().filter(fate -> fate.kind().isFinal())).hasSize(2);
        desk.fold.clear();
        restart("one");
        assertThat(desk.fates.stream().filter(fate -> fate.kind().isFinal())).hasSize(4);
        assertThat(desk.fates.subList(desk.fates.size() - 2, desk.fates.size()))
                .containsExactlyElementsOf(desk.fates.stream()
                        .filter(fate -> fate.kind().isFinal())
                        .limit(2)
                        .toList());
        assertThat(desk.fold)
                .containsExactly(new FoldCommand.SendAgain(1, desk.lastPublish().context()));
    }

    /** Nothing follows from them: they may be lost with their transaction, and nobody would say so. */
    @Test
    void fatesAndShardsThatNothingFollowsFromAreSaidAgainOnceWithoutAStart() {
        desk.on(open());
        long told = desk.fates.stream().filter(fate -> fate.kind().isFinal()).count();
        desk.fold.clear();
        desk.pass(SILENCE - 2);
        assertThat(desk.fold).isEmpty();
        desk.pass(2);
        assertThat(desk.fold)
                .containsExactly(new FoldCommand.SendAgain(1, desk.lastPublish().context()));
        assertThat(desk.fates.stream().filter(fate -> fate.kind().isFinal())).hasSize(2 * (int) told);
        desk.pass(SILENCE);
        desk.pass(SILENCE);
        assertThat(desk.fold).hasSize(1);
    }

    @Test
    void shardsAreNotSentAgainBehindANewerVersionOfTheLog() {
        byte[] before = StateCodec.encode(desk.state);
        OwnManifestSeen manifest = open();
        desk.state = StateCodec.decode(before);
        desk.fold.clear();
        desk.on(Federation.start("one"));
        desk.on(manifest);
        desk.on(new OwnFenceSeen("one", Among.REQUESTS));
        desk.on(new OwnFenceSeen("one", Among.MANIFESTS));
        assertThat(desk.fold).noneMatch(FoldCommand.SendAgain.class::isInstance);
    }

    @Test
    void aNoteOnABrokenCohortIsSaidAgain() {
        desk.logAnswers = false;
        request();
        desk.on(new OwnRequestSeen(desk.lastRequest()));
        desk.vote("sa", "sb", "sc");
        desk.respondWith("sa", new int[] {1, 2, 3, 4});
        desk.respondWith("sb", new int[] {5, 2, 3, 4});
        desk.respond("sc", "sd");
        assertThat(desk.broken).hasSize(1);
        restart("one");
        assertThat(desk.broken).hasSize(2);
        assertThat(desk.broken.get(1)).isEqualTo(desk.broken.get(0));
        var note = desk.broken.get(0);
        OwnBrokenSeen seen = new OwnBrokenSeen(note.buffer(), note.cohortDigest(), note.reason());
        desk.on(seen);
        desk.on(seen);
        assertThat(desk.state.inFlight()).isEmpty();
        restart("two");
        assertThat(desk.broken).hasSize(2);
    }

    @Test
    void whatIsNotReadBackForATransactionsTimeBringsFences() {
        desk.fencesAnswer = false;
        open();
        desk.pass(SILENCE - 1);
        assertThat(desk.last.fence()).isFalse();
        desk.pass(1);
        assertThat(desk.last.fence()).isTrue();
        desk.on(Federation.start("again"));
        assertThat(desk.last.wakeUpAt()).hasValue(desk.now + SILENCE);
        desk.pass(SILENCE);
        assertThat(desk.last.fence()).as("fences that are lost too").isTrue();
        restart("once more");
        assertThat(desk.publishAgain).containsExactly(new Buffer(1, 1));
        desk.pass(SILENCE - 1);
        assertThat(desk.last.fence()).isFalse();
    }

    @Test
    void whereNothingIsAwaitedNoFenceIsWritten() {
        for (int i = 0; i < 10; i++) {
            desk.pass(SILENCE);
            assertThat(desk.last.fence()).isFalse();
        }
        CoordinatorEvent timer = new Timer();
        desk.on(timer);
        assertThat(desk.last.fence()).isFalse();
    }
}
