package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.coordinate.Federation.Sent;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen.Among;
import org.silofold.job.event.CoordinatorEvent.OwnManifestSeen;
import org.silofold.job.event.CoordinatorEvent.OwnRequestSeen;
import org.silofold.job.event.CoordinatorEvent.RegistryChanged;
import org.silofold.job.event.FoldCommand;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.UnmaskRequest;

class FenceRulesTest {
    private final Desk desk = Desk.started(4, Knobs.plain(2));

    @Test
    void nothingIsClosedOrEndedBeforeBothFencesAreRead() {
        Sent alone = desk.sendToAll("sd");
        desk.on(Federation.start("one"));
        desk.sendToAll("sa");
        desk.pass(10 * Federation.EXPIRY);
        desk.on(new OwnFenceSeen("one", Among.MANIFESTS));
        desk.pass(1);
        assertThat(desk.requests).isEmpty();
        assertThat(desk.fatesOf(alone)).containsExactly("accepted");
        assertThat(desk.last.wakeUpAt()).as("for the fences alone").hasValue(desk.now - 1 + Desk.SILENCE);
        desk.on(new OwnFenceSeen("one", Among.REQUESTS));
        assertThat(desk.fatesOf(alone)).containsExactly("accepted", "refused expired");
        assertThat(desk.audited()).contains(AuditEvents.STARTED, AuditEvents.LOG_READ);
    }

    @Test
    void aFreshJobPublishesNothingBeforeItHasReadItsLog() {
        Desk fresh = new Desk(4, Knobs.plain(2));
        fresh.on(Federation.start("one"));
        fresh.on(new RegistryChanged(fresh.federation.registry()));
        assertThat(fresh.publish).isEmpty();
        fresh.on(new OwnFenceSeen("one", Among.REQUESTS));
        fresh.on(new OwnFenceSeen("one", Among.MANIFESTS));
        assertThat(fresh.publish).hasSize(1);
    }

    @Test
    void onlyTheNewestStartsFencesCount() {
        desk.on(Federation.start("one"));
        desk.on(new OwnFenceSeen("one", Among.REQUESTS));
        desk.on(Federation.start("two"));
        desk.on(new OwnFenceSeen("one", Among.MANIFESTS));
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        assertThat(desk.requests).isEmpty();
        desk.fences("two");
        assertThat(desk.requests).hasSize(1);
    }

    /**
     * Fates are not read back: what was refused since the savepoint may be requested by the restored job. It is then counted once, and its
     * silo told so; what a silo makes of a version that lists it does not depend on any fate (docs/protocol.md, 6.1.1).
     */
    @Test
    void whatWasRefusedSinceTheSavepointEndsAgainOnceAndIsInNoTwoVersions() {
        Sent older = desk.sendToAll("sa");
        byte[] savepoint = StateCodec.encode(desk.state);
        Sent newer = desk.sendToAll("sa");
        assertThat(desk.fatesOf(older)).containsExactly("accepted", "refused superseded");

        desk.state = StateCodec.decode(savepoint);
        desk.fates.clear();
        desk.on(Federation.start("restored"));
        desk.fences("restored");
        desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        desk.publishLast();
        assertThat(desk.lastPublish().cohort()).contains(older.ref());
        desk.send(newer, "sa", "sb", "sc", "sd");
        desk.send(older, "sa", "sb", "sc", "sd");
        desk.sendToAll("sc");
        assertThat(desk.lastRequest().cohort()).contains(newer.ref()).doesNotContain(older.ref());
        assertThat(desk.fatesOf(older)).containsExactly("joined", "in-version");
        assertThat(desk.fatesOf(newer)).containsExactly("accepted", "joined");
    }

    @Test
    void whatIsInHandGetsItsTimeAnew() {
        Sent a = desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.vote("sa", "sb", "sc");
        desk.on(Federation.start("one"));
        desk.pass(10 * Federation.RESPONSE_TIMEOUT);
        desk.fences("one");
        assertThat(desk.fatesOf(a)).containsExactly("accepted", "joined");
        desk.respond("sa", "sb", "sc");
        assertThat(desk.lastPublish().version()).isEqualTo(1);
    }

    /** A broker is away for as long as members have to answer: nobody could. The time begins anew when the log is read to where it ended. */
    @Test
    void aBrokerThatIsSilentForTheCommitteesTimeGivesNothingUp() {
        desk.fencesAnswer = false;
        Sent a = desk.sendToAll("sa");
        desk.sendToAll("sb");
        desk.pass(Federation.VOTE_TIMEOUT);
        assertThat(desk.requests).as("asked again").hasSize(2);
        silence("votes", Federation.VOTE_TIMEOUT);
        assertThat(desk.requests)
                .as("members may have heard the last one too late")
                .hasSize(3);
        assertThat(desk.lastRequest().expiryMillis()).isGreaterThan(desk.now);
        assertThat(SimulatedMember.digest(desk.lastRequest())).isEqualTo(SimulatedMember.digest(desk.requests.get(0)));
        desk.vote("sa", "sb", "sc");
        silence("answers", Federation.RESPONSE_TIMEOUT);
        assertThat(desk.fatesOf(a)).containsExactly("accepted", "joined");
        assertThat(desk.state.strikes()).isEmpty();
        desk.respond("sa", "sb", "sc");
        assertThat(desk.lastPublish().version()).isEqualTo(1);
    }

    private void silence(String what, long timeout) {
        desk.pass(timeout);
        assertThat(desk.last.fence()).as("last call for " + what).isTrue();
        desk.on(Federation.start(what));
        desk.pass(10 * timeout);
        desk.fences(what);
        desk.pass(timeout / 2);
    }

    /**
     * A job goes back to the state it had before its first request, although two versions and a request have come since. It says nothing of its
     * own until it has read that, recomputes both versions, and goes on with the request.
     */
    @Test
    void aRestoreFromAnOldSavepointAdoptsWhatTheLogSaysAndTrainingGoesOn() {
        byte[] savepoint = StateCodec.encode(desk.state);
        int published = desk.publish.size();
        List<Sent> updates = new ArrayList<>();
        List<UnmaskRequest> requests = new ArrayList<>();
        List<OwnManifestSeen> manifests = new ArrayList<>();
        for (int version = 1; version <= 2; version++) {
            manifests.add(nextVersion(updates, requests));
        }
        updates.add(desk.sendToAll("sa"));
        updates.add(desk.sendToAll("sb"));
        requests.add(desk.lastRequest());

        desk.state = StateCodec.decode(savepoint);
        desk.requests.clear();
        desk.fold.clear();
        desk.publish.subList(published, desk.publish.size()).clear();
        desk.on(Federation.start("restored"));
        // Votes, updates and the log come at their own speeds; another cohort could be made of what comes first.
        Sent other = desk.prepare("sd", 0, Desk.digestOf(desk.publish.get(0).manifest(Federation.digest("root"))));
        desk.send(updates.get(1), "sa", "sb", "sc");
        desk.send(other, "sa", "sb", "sc");
        desk.pass(Federation.AGE);
        assertThat(desk.requests).isEmpty();
        manifests.forEach(desk::on);
        requests.forEach(request -> desk.on(new OwnRequestSeen(request)));
        assertThat(desk.requests).isEmpty();
        desk.fences("restored");
        for (int version = 1; version <= 2; version++) {
            UnmaskRequest request = requests.get(version - 1);
            desk.requests.add(request);
            updates.subList(2 * version - 2, 2 * version).forEach(update -> desk.send(update, "sa", "sb", "sc"));
            desk.vote("sa", "sb", "sc");
            desk.respond("sa", "sb", "sc");
            assertThat(desk.lastPublish().published())
                    .contains(manifests.get(version - 1).digest());
            assertThat(desk.state.publishedVersion()).hasValue(version);
            assertThat(desk.fold).contains(new FoldCommand.Apply(version));
        }
        desk.requests.add(requests.get(2));
        updates.subList(4, 6).forEach(update -> desk.send(update, "sa", "sb", "sc"));
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        assertThat(desk.lastPublish().version()).isEqualTo(3);
        assertThat(desk.lastPublish().published()).isEmpty();
        desk.publishLast();
        assertThat(desk.state.publishedVersion()).hasValue(3);
        desk.sendToAll("sa");
        desk.sendToAll("sb");
        assertThat(desk.lastRequest().buffer()).isEqualTo(new Buffer(4, 1));
    }

    /** Two silos' updates, their request and the manifest that came of it, read back. */
    private OwnManifestSeen nextVersion(List<Sent> updates, List<UnmaskRequest> requests) {
        updates.add(desk.sendToAll("sa"));
        updates.add(desk.sendToAll("sb"));
        requests.add(desk.lastRequest());
        desk.vote("sa", "sb", "sc");
        desk.respond("sa", "sb", "sc");
        ModelManifest manifest = desk.lastPublish().manifest(Federation.digest("root"));
        OwnManifestSeen seen = new OwnManifestSeen(manifest, Desk.digestOf(manifest));
        desk.on(seen);
        return seen;
    }

    /** So many versions are made again that a silo has more updates in them than policy lets it have in flight, and newer ones that it waits for. */
    @Test
    void aRestoreFromFarBackEndsNoUpdateThatItsSiloWaitsFor() {
        byte[] savepoint = StateCodec.encode(desk.state);
        int published = desk.publish.size();
        List<Sent> updates = new ArrayList<>();
        List<UnmaskRequest> requests = new ArrayList<>();
        List<OwnManifestSeen> manifests = new ArrayList<>();
        int versions = desk.federation.registry().policy().maxInFlight() + 2;
        for (int version = 1; version <= versions; version++) {
            manifests.add(nextVersion(updates, requests));
        }
        List<Sent> newer = new ArrayList<>();
        for (int i = 0; i < versions; i++) {
            newer.add(desk.sendToAll("sa"));
        }
        Sent live = newer.get(versions - 1);
        assertThat(desk.fatesOf(live)).containsExactly("accepted");

        desk.state = StateCodec.decode(savepoint);
        desk.fates.clear();
        desk.publish.subList(published, desk.publish.size()).clear();
        desk.on(Federation.start("restored"));
        requests.forEach(request -> desk.on(new OwnRequestSeen(request)));
        manifests.forEach(desk::on);
        Stream.concat(updates.stream(), newer.stream()).forEach(update -> desk.send(update, "sa", "sb", "sc", "sd"));
        desk.fences("restored");
        for (UnmaskRequest request : requests) {
            desk.requests.add(request);
            desk.vote("sa", "sb", "sc");
            desk.respond("sa", "sb", "sc");
        }
        assertThat(desk.state.publishedVersion()).hasValue(versions);
        assertThat(desk.fatesOf(live)).containsExactly("accepted");
        desk.sendToAll("sb");
        assertThat(desk.lastRequest().cohort()).contains(live.ref());
    }
}
