package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.coordinate.Federation.Sent;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen.Among;
import org.silofold.job.event.CoordinatorEvent.OwnManifestSeen;
import org.silofold.job.event.CoordinatorEvent.OwnRequestSeen;
import org.silofold.job.event.CoordinatorEvent.RegistryChanged;
import org.silofold.job.event.CoordinatorEvent.WithdrawalSeen;
import org.silofold.job.event.FoldCommand;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateRef;

class LogRulesTest {
    private final Desk desk = Desk.started(4, Knobs.plain(2));

    private UnmaskRequest foreign(int attempt, Sent... updates) {
        List<UpdateRef> refs = java.util.Arrays.stream(updates).map(Sent::ref).toList();
        return new UnmaskRequest(
                desk.federation.registry().context().withPurpose(Purpose.UNMASK_REQUEST),
                new Buffer(1, attempt),
                desk.state.versionDigests().get(0L),
                refs,
                desk.now + 1,
                List.of());
    }

    @Test
    void itsOwnRequestReadBackChangesNothing() {
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.on(new OwnRequestSeen(desk.lastRequest()));
        assertThat(desk.last.fold()).isEmpty();
        assertThat(desk.last.audit()).isEmpty();
    }

    @Test
    void aRequestTheStateDoesNotKnowIsAdopted() {
        Sent a = desk.prepare("sa");
        Sent b = desk.sendToAll("sb");
        UnmaskRequest logged = foreign(1, a, b);
        desk.on(new OwnRequestSeen(logged));
        desk.requests.add(logged);
        assertThat(desk.audited()).contains(AuditEvents.COHORT_ADOPTED);
        desk.send(a);
        desk.sendToAll("sc");
        desk.sendToAll("sd");
        assertThat(desk.requests).hasSize(1);
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        assertThat(desk.lastPublish().version()).isEqualTo(1);
        assertThat(desk.lastPublish().cohort()).containsExactlyInAnyOrder(a.ref(), b.ref());
        desk.publishLast();
        assertThat(desk.fatesOf(a)).containsExactly("joined", "in-version");
        assertThat(desk.silosOf(desk.lastRequest())).containsExactly("sc", "sd");
    }

    @Test
    void theLogsCohortTakesThePlaceOfOnesOwn() {
        Sent a = desk.sendToAll("sa");
        Sent b = desk.sendToAll("sb");
        Sent c = desk.sendToAll("sc");
        UnmaskRequest own = desk.lastRequest();
        UnmaskRequest logged = foreign(1, b, c);
        desk.on(new OwnRequestSeen(logged));
        assertThat(desk.fatesOf(a)).last().isEqualTo("spent not-answered");
        desk.requests.add(logged);
        desk.on(new OwnRequestSeen(own));
        assertThat(desk.audited()).contains(AuditEvents.CONFLICT_IN_LOG);
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        assertThat(desk.lastPublish().cohort()).containsExactlyInAnyOrder(b.ref(), c.ref());
        assertThat(desk.lastPublish().sumOfWeights()).isEqualTo(desk.plainSum());
        assertThat(desk.fold).contains(new FoldCommand.Leave(0, b.key()));
    }

    @Test
    void aVersionOfAPolicyThatIsNotInForceHereWaits() {
        Sent a = desk.prepare("sa");
        Sent b = desk.prepare("sb");
        Context now = desk.federation.registry().context();
        Context later = new Context(
                now.version(),
                now.suite(),
                now.federation(),
                now.rosterEpoch(),
                now.rosterDigest(),
                now.policySequence() + 1,
                now.model(),
                now.sender(),
                Purpose.MODEL_MANIFEST);
        ModelManifest manifest = new ModelManifest(
                later,
                1,
                desk.state.versionDigests().get(0L),
                1,
                List.of(a.ref(), b.ref()),
                Federation.digest("root 1"),
                3,
                Federation.digest("spec"),
                1,
                List.of(),
                "fedavg",
                Federation.digest("secret sum"),
                Optional.empty(),
                Optional.empty());
        desk.on(new OwnManifestSeen(manifest, Federation.digest("one")));
        desk.sendToAll("sc");
        desk.sendToAll("sd");
        desk.pass(10 * Federation.VOTE_TIMEOUT);
        assertThat(desk.state.inFlight()).isEmpty();
        assertThat(desk.requests).as("for a version that is out").isEmpty();
        desk.federation.nextPolicy();
        desk.on(new RegistryChanged(desk.federation.registry()));
        assertThat(LogRule.proposal(desk.state).orElseThrow().cohort()).containsExactly(a.ref(), b.ref());
    }

    @Test
    void aPublishedVersionIsRecomputedAndCompared() {
        Sent a = desk.prepare("sa");
        Sent b = desk.prepare("sb");
        UnmaskRequest logged = foreign(2, a, b);
        ModelManifest manifest = new ModelManifest(
                logged.context().withPurpose(Purpose.MODEL_MANIFEST),
                1,
                logged.previousManifestDigest(),
                2,
                logged.cohort().stream()
                        .sorted(java.util.Comparator.comparing(UpdateRef::silo))
                        .toList(),
                Federation.digest("root 1"),
                3,
                Federation.digest("spec"),
                1,
                List.of(),
                "fedavg",
                Federation.digest("secret sum"),
                Optional.empty(),
                Optional.empty());
        desk.on(new OwnManifestSeen(manifest, Federation.digest("one")));
        desk.requests.add(logged);
        desk.vote("sa", "sb", "sc");
        desk.pass(10 * Federation.RESPONSE_TIMEOUT);
        desk.send(a);
        desk.send(b);
        desk.respond("sb", "sc", "sd");
        assertThat(desk.lastPublish().published()).contains(Federation.digest("one"));
        assertThat(desk.lastPublish().requiredRoot()).contains(Federation.digest("root 1"));
        assertThat(desk.state.publishedVersion()).hasValue(1);
        assertThat(desk.fatesOf(a)).containsExactly("joined", "in-version");
        assertThat(desk.requests).hasSize(1);
    }

    @Test
    void anAttemptTheLogHasIsNeverMadeAgain() {
        Sent a = desk.prepare("sa");
        Sent b = desk.prepare("sb");
        desk.on(new OwnRequestSeen(foreign(3, a, b)));
        desk.pass(Federation.VOTE_TIMEOUT);
        assertThat(desk.lastRequest().buffer()).as("asked again").isEqualTo(new Buffer(1, 3));
        desk.passInVain(Federation.VOTE_TIMEOUT);
        desk.sendToAll("sc");
        desk.sendToAll("sd");
        assertThat(desk.lastRequest().buffer()).isEqualTo(new Buffer(1, 4));
    }

    /** A restore from a checkpoint that is not the newest may write a manifest on its way once more: the same bits. */
    @Test
    void aManifestWrittenTwiceIsNoNews() {
        Sent a = desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        ModelManifest one = desk.lastPublish().manifest(Federation.digest("root"));
        assertThat(one.version()).isEqualTo(1);
        OwnManifestSeen seen = new OwnManifestSeen(one, Desk.digestOf(one));
        desk.on(seen);
        assertThat(desk.state.publishedVersion()).hasValue(1);
        int folded = desk.fold.size();
        int fates = desk.fates.size();
        int published = desk.publish.size();
        desk.on(seen);
        desk.sendToAll("sc");
        desk.on(seen);
        assertThat(desk.audited()).doesNotContain(AuditEvents.CONFLICT_IN_LOG);
        assertThat(desk.fold.subList(folded, desk.fold.size())).noneMatch(FoldCommand.Apply.class::isInstance);
        assertThat(desk.publish).hasSize(published);
        assertThat(desk.fates.size()).isGreaterThan(fates);
        assertThat(desk.fatesOf(a)).containsExactly("accepted", "joined", "in-version");
        assertThat(desk.state.publishedVersion()).hasValue(1);
    }

    /** What the state has not read is spent with the attempt all the same, and its silo told once. */
    @Test
    void anEarlierAttemptIsSpentWithWhatWasNotReadOfItYet() {
        Sent a = desk.prepare("sa");
        Sent b = desk.sendToAll("sb");
        Sent c = desk.prepare("sc");
        Sent d = desk.prepare("sd");
        desk.on(Federation.start("restored"));
        desk.on(new OwnRequestSeen(foreign(1, a, b)));
        desk.on(new OwnRequestSeen(foreign(2, c, d)));
        desk.on(new OwnFenceSeen("restored", Among.REQUESTS));
        desk.on(new OwnFenceSeen("restored", Among.MANIFESTS));
        desk.send(a);
        assertThat(desk.fatesOf(a)).containsExactly("spent not-answered");
        assertThat(desk.fatesOf(b)).last().isEqualTo("spent not-answered");
    }

    /** The same with a cohort that was taken over and that nobody answers. */
    @Test
    void aCohortThatIsNotAnsweredIsSpentWithWhatWasNotReadOfItYet() {
        Sent a = desk.prepare("sa");
        Sent b = desk.sendToAll("sb");
        desk.on(new OwnRequestSeen(foreign(1, a, b)));
        desk.pass(Federation.VOTE_TIMEOUT);
        desk.passInVain(Federation.VOTE_TIMEOUT);
        desk.send(a);
        desk.sendToAll("sc");
        assertThat(desk.fatesOf(a)).containsExactly("spent not-answered");
        assertThat(desk.fatesOf(b)).last().isEqualTo("spent not-answered");
        assertThat(desk.state.updates()).doesNotContainKey(a.key());
    }

    /** What is small is read again first: a withdrawal ahead of its update, members' answers ahead of shards. */
    @Test
    void aCohortOfTheLogIsOpenedThoughAWithdrawalIsReadAheadOfItsUpdate() {
        Sent a = desk.prepare("sa");
        Sent b = desk.sendToAll("sb");
        adopt(foreign(1, a, b));
        desk.on(new WithdrawalSeen(a.key()));
        desk.send(a);
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        assertThat(desk.lastPublish().cohort()).containsExactlyInAnyOrder(a.ref(), b.ref());
    }

    @Test
    void aCohortThatIsAnsweredWaitsForItsUpdates() {
        Sent a = desk.prepare("sa");
        Sent b = desk.sendToAll("sb");
        answeredBeforeItIsRead(a, b);
        desk.send(a);
        assertThat(desk.lastPublish().cohort()).containsExactlyInAnyOrder(a.ref(), b.ref());
    }

    @Test
    void aCohortWhoseUpdatesAreGoneFromTheLogEndsAndNobodyIsSuspected() {
        Sent a = desk.prepare("sa");
        Sent b = desk.sendToAll("sb");
        answeredBeforeItIsRead(a, b);
        for (long waited = 0; waited < 3_600_000; waited += Federation.RESPONSE_TIMEOUT) {
            desk.pass(Federation.RESPONSE_TIMEOUT);
        }
        assertThat(desk.fatesOf(a)).containsExactly("spent not-answered");
        assertThat(desk.fatesOf(b)).last().isEqualTo("spent not-answered");
        assertThat(desk.broken).isEmpty();
        assertThat(desk.audited()).doesNotContain(AuditEvents.SUSPICION);
    }

    private void adopt(UnmaskRequest logged) {
        desk.on(new OwnRequestSeen(logged));
        desk.requests.add(logged);
    }

    private void answeredBeforeItIsRead(Sent... cohort) {
        adopt(foreign(1, cohort));
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc", "sd");
        desk.passInVain(Federation.RESPONSE_TIMEOUT);
        assertThat(desk.audited()).contains(AuditEvents.UPDATES_NOT_READ);
        desk.pass(Federation.RESPONSE_TIMEOUT);
        assertThat(desk.broken).isEmpty();
    }

    /** The same with a cohort that was taken over, when the log turns out to hold a later one. */
    @Test
    void aCohortThatGivesWayIsSpentWithWhatWasNotReadOfItYet() {
        Sent a = desk.prepare("sa");
        Sent b = desk.sendToAll("sb");
        desk.on(new OwnRequestSeen(foreign(1, a, b)));
        desk.on(new OwnRequestSeen(foreign(2, desk.prepare("sc"), desk.prepare("sd"))));
        desk.send(a);
        assertThat(desk.fatesOf(a)).containsExactly("spent not-answered");
        assertThat(desk.fatesOf(b)).last().isEqualTo("spent not-answered");
    }

    @Test
    void aSecondManifestForOneVersionIsEvidence() {
        ModelManifest zero = desk.lastPublish().manifest(Federation.digest("other root"));
        desk.on(new OwnManifestSeen(zero, Federation.digest("second")));
        assertThat(desk.audited()).last().isEqualTo(AuditEvents.CONFLICT_IN_LOG);
        assertThat(desk.state.publishedVersion()).hasValue(0);
    }
}
