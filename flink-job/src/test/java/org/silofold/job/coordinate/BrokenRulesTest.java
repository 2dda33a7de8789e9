package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.coordinate.Federation.Sent;
import org.silofold.job.event.CoordinatorEvent.OwnBrokenSeen;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen.Among;
import org.silofold.job.event.CoordinatorEvent.OwnManifestSeen;
import org.silofold.job.event.CoordinatorEvent.OwnRequestSeen;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.PublishCommand;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/** The log's word that an attempt is broken. */
class BrokenRulesTest {
    private final Desk desk = Desk.started(4, Knobs.plain(2));

    private void open(String... silos) {
        for (String silo : silos) {
            desk.sendToAll(silo);
        }
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc", "sd");
    }

    private OwnBrokenSeen seen(Reason reason) {
        return new OwnBrokenSeen(desk.lastRequest().buffer(), desk.cohortDigest(), reason);
    }

    private void broken() {
        desk.on(seen(Reason.COHORT_BROKEN));
    }

    /** What is wrong is the log's to say: a sum out of bounds is found where shards are opened, after the cohort was. */
    @Test
    void itsSilosAreToldWhatIsWrongWithIt() {
        Sent a = desk.sendToAll("sa");
        Sent b = desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc", "sd");
        desk.on(seen(Reason.SUM_OUT_OF_BOUNDS));
        assertThat(desk.fatesOf(a)).last().isEqualTo("spent sum-out-of-bounds");
        assertThat(desk.fatesOf(b)).last().isEqualTo("spent sum-out-of-bounds");
    }

    @Test
    void aBrokenAttemptIsSpentAndTheNextGoesOnFromWhatIsApplied() {
        Sent a = desk.sendToAll("sa");
        open("sb");
        assertThat(desk.lastPublish().version()).isEqualTo(1);
        broken();
        assertThat(desk.fold).contains(new FoldCommand.Discard(0));
        assertThat(desk.fold).doesNotContain(new FoldCommand.Apply(1));
        assertThat(desk.fatesOf(a)).containsExactly("accepted", "joined", "spent cohort-broken");
        assertThat(desk.state.suspected()).containsOnlyKeys("sa", "sb");
        assertThat(desk.audited()).contains(AuditEvents.COHORT_BROKEN);
        desk.sendToAll("sc");
        desk.sendToAll("sd");
        desk.pass(Federation.AGE);
        assertThat(desk.lastRequest().buffer()).isEqualTo(new Buffer(1, 2));
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc", "sd");
        FoldCommand.Open open = (FoldCommand.Open) desk.fold.stream()
                .filter(FoldCommand.Open.class::isInstance)
                .reduce((first, second) -> second)
                .orElseThrow();
        assertThat(open.previousVersion()).isZero();
        assertThat(open.attempt()).isEqualTo(2);
        desk.publishLast();
        assertThat(desk.fold).contains(new FoldCommand.Apply(1));
        assertThat(desk.state.publishedVersion()).hasValue(1);
    }

    private Sent certifyAndAnswerWithGarbage() {
        Sent a = desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc");
        desk.respondWith("sa", new int[] {1, 2, 3, 4});
        desk.respondWith("sb", new int[] {5, 2, 3, 4});
        desk.respond("sc", "sd");
        return a;
    }

    @Test
    void aCohortThatDoesNotOpenIsInHandUntilTheLogSaysThatItIsBroken() {
        desk.logAnswers = false;
        Sent a = certifyAndAnswerWithGarbage();
        assertThat(desk.broken).singleElement().satisfies(note -> {
            assertThat(note.context().purpose()).isEqualTo(Purpose.COHORT_BROKEN);
            assertThat(note.buffer()).isEqualTo(new Buffer(1, 1));
            assertThat(note.cohortDigest()).isEqualTo(desk.cohortDigest());
            assertThat(note.reason()).isEqualTo(Reason.COHORT_BROKEN);
        });
        desk.sendToAll("sc");
        desk.sendToAll("sd");
        desk.pass(10 * Federation.RESPONSE_TIMEOUT);
        assertThat(desk.requests).hasSize(1);
        assertThat(desk.fatesOf(a)).last().isEqualTo("joined");
        assertThat(desk.state.suspected()).isEmpty();
        broken();
        assertThat(desk.fatesOf(a)).last().isEqualTo("spent cohort-broken");
        assertThat(desk.state.suspected()).containsOnlyKeys("sa", "sb");
        assertThat(desk.fold).contains(new FoldCommand.Discard(0));
        desk.pass(Federation.AGE);
        assertThat(desk.lastRequest().buffer()).isEqualTo(new Buffer(1, 2));
        assertThat(desk.silosOf(desk.lastRequest())).containsExactly("sc", "sd");
        assertThat(desk.broken).hasSize(1);
    }

    /** A state from when the cohort was certified and not answered, to which another answer comes first: the log's word stands. */
    @Test
    void afterARestoreFromBeforeItIsNotSaidAgainAndNotOpened() {
        Sent a = desk.sendToAll("sa");
        Sent b = desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc");
        byte[] savepoint = StateCodec.encode(desk.state);
        desk.respondWith("sa", new int[] {1, 2, 3, 4});
        desk.respondWith("sb", new int[] {5, 2, 3, 4});
        desk.respond("sc", "sd");
        assertThat(desk.broken).hasSize(1);
        desk.state = StateCodec.decode(savepoint);
        desk.fates.clear();
        desk.on(Federation.start("restored"));
        desk.respond("sa", "sb", "sc", "sd");
        broken();
        assertThat(desk.fates).isEmpty();
        desk.on(new OwnFenceSeen("restored", Among.REQUESTS));
        desk.on(new OwnFenceSeen("restored", Among.MANIFESTS));
        assertThat(desk.fatesOf(a)).containsExactly("spent cohort-broken");
        assertThat(desk.fatesOf(b)).containsExactly("spent cohort-broken");
        assertThat(desk.broken).hasSize(1);
        assertThat(desk.fold).noneMatch(FoldCommand.Open.class::isInstance);
    }

    @Test
    void saidTwiceItIsCountedOnce() {
        open("sa", "sb");
        broken();
        broken();
        assertThat(desk.state.suspected()).containsEntry("sa", 1).containsEntry("sb", 1);
    }

    @Test
    void anotherCohortsDigestOrAPublishedVersionChangesNothing() {
        open("sa", "sb");
        desk.on(new OwnBrokenSeen(new Buffer(1, 1), Federation.digest("other"), Reason.COHORT_BROKEN));
        desk.publishLast();
        assertThat(desk.state.publishedVersion()).hasValue(1);
        desk.on(new OwnBrokenSeen(new Buffer(1, 1), desk.cohortDigest(), Reason.COHORT_BROKEN));
        assertThat(desk.state.suspected()).isEmpty();
        assertThat(desk.state.log().broken()).isEmpty();
    }

    /**
     * A savepoint in which the first attempt is about to be published; then it broke, and the second made the version. Restored, the job
     * reads both words at once.
     */
    @Test
    void aStateThatWasAboutToPublishABrokenAttemptTakesTheNextOneFromTheLog() {
        Sent a = desk.sendToAll("sa");
        open("sb");
        byte[] savepoint = StateCodec.encode(desk.state);
        OwnBrokenSeen brokenFirst = seen(Reason.SUM_OUT_OF_BOUNDS);
        broken();
        Sent c = desk.sendToAll("sc");
        Sent d = desk.sendToAll("sd");
        desk.pass(Federation.AGE);
        UnmaskRequest second = desk.lastRequest();
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc", "sd");
        ModelManifest manifest = desk.lastPublish().manifest(Federation.digest("root"));

        restore(savepoint);
        desk.on(new OwnRequestSeen(second));
        desk.on(brokenFirst);
        desk.on(new OwnManifestSeen(manifest, Desk.digestOf(manifest)));
        fences();
        assertThat(desk.fold).contains(new FoldCommand.Discard(0));
        assertThat(desk.fold).doesNotContain(new FoldCommand.Apply(1));
        assertThat(desk.fatesOf(a)).last().isEqualTo("spent sum-out-of-bounds");
        assertThat(desk.state.suspected()).containsOnlyKeys("sa", "sb");
        desk.requests.add(second);
        desk.send(c, "sa", "sb", "sc");
        desk.send(d, "sa", "sb", "sc");
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        assertThat(desk.lastPublish().cohort()).isEqualTo(second.cohort());
        assertThat(desk.lastPublish().published()).contains(Desk.digestOf(manifest));
        assertThat(desk.fold).contains(new FoldCommand.Apply(1));
        assertThat(desk.state.publishedVersion()).hasValue(1);
    }

    /** The same where the authority let the version be void: the shards' candidates of the broken attempt go. */
    @Test
    void aStateThatWasAboutToPublishABrokenAttemptTakesAVoidVersionFromTheLog() {
        open("sa", "sb");
        PublishCommand opened = desk.lastPublish();
        byte[] savepoint = StateCodec.encode(desk.state);
        OwnBrokenSeen brokenFirst = seen(Reason.SUM_OUT_OF_BOUNDS);
        PublishCommand voided = new PublishCommand(
                opened.context(),
                1,
                opened.previousDigest(),
                0,
                List.of(),
                opened.shardCount(),
                opened.modelSpecDigest(),
                0,
                List.of(),
                opened.optimizer(),
                Digest.ZERO,
                Optional.empty(),
                Optional.of(Federation.digest("document")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        ModelManifest manifest = voided.manifest(Federation.digest("root"));

        restore(savepoint);
        desk.on(brokenFirst);
        desk.on(new OwnManifestSeen(manifest, Desk.digestOf(manifest)));
        fences();
        assertThat(desk.fold).startsWith(new FoldCommand.Discard(0));
        assertThat(desk.fold).doesNotContain(new FoldCommand.Apply(1));
        assertThat(desk.fold).anyMatch(FoldCommand.Carry.class::isInstance);
        assertThat(desk.state.publishedVersion()).hasValue(1);
    }

    private void restore(byte[] savepoint) {
        desk.state = StateCodec.decode(savepoint);
        desk.fold.clear();
        desk.fates.clear();
        desk.on(Federation.start("restored"));
    }

    private void fences() {
        desk.on(new OwnFenceSeen("restored", Among.REQUESTS));
        desk.on(new OwnFenceSeen("restored", Among.MANIFESTS));
    }

    /** A state from before the request reads both, in either order: it opens nothing of it, and spends it. */
    @Test
    void anOlderStateLearnsOfItFromTheLogInEitherOrder() {
        for (boolean brokenFirst : List.of(true, false)) {
            Desk older = Desk.started(4, Knobs.plain(2));
            Sent a = older.sendToAll("sa");
            Sent b = older.prepare("sb");
            List<UpdateRef> refs = List.of(a.ref(), b.ref());
            UnmaskRequest logged = new UnmaskRequest(
                    older.federation.registry().context().withPurpose(Purpose.UNMASK_REQUEST),
                    new Buffer(1, 1),
                    older.state.versionDigests().get(0L),
                    refs,
                    older.now + 1,
                    List.of());
            Digest digest = SimulatedMember.digest(logged);
            if (brokenFirst) {
                older.on(new OwnBrokenSeen(logged.buffer(), digest, Reason.SUM_OUT_OF_BOUNDS));
                older.on(new OwnRequestSeen(logged));
            } else {
                older.on(new OwnRequestSeen(logged));
                older.on(new OwnBrokenSeen(logged.buffer(), digest, Reason.SUM_OUT_OF_BOUNDS));
            }
            assertThat(older.fatesOf(a)).last().isEqualTo("spent sum-out-of-bounds");
            older.send(b);
            assertThat(older.fatesOf(b)).as("read later").containsExactly("spent sum-out-of-bounds");
            assertThat(older.state.inFlight()).isEmpty();
            assertThat(older.fold).noneMatch(FoldCommand.Open.class::isInstance);
            older.sendToAll("sc");
            older.sendToAll("sd");
            older.pass(Federation.AGE);
            assertThat(older.lastRequest().buffer()).isEqualTo(new Buffer(1, 2));
            assertThat(older.silosOf(older.lastRequest())).containsExactly("sc", "sd");
        }
    }
}
