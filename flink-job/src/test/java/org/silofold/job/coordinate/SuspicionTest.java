package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.coordinate.Federation.Sent;
import org.silofold.job.event.CoordinatorEvent.ManifestSeen;
import org.silofold.job.event.LotKey;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.UnmaskRequest;

/** A silo whose canary is never zero, among honest ones. */
class SuspicionTest {
    private static final int SILOS = 8;
    private final Desk desk = Desk.started(SILOS, new Knobs(2, 16, SILOS, 1, 0, 0, 3));
    private final String[] all = desk.federation.names().toArray(String[]::new);

    private Sent sabotage(String silo) {
        Sent update = desk.prepare(silo);
        int[] words = update.manifest().metaWords().clone();
        words[3] = (words[3] + 1) % ToyMask.Q;
        ManifestSeen broken = new ManifestSeen(update.ref(), update.manifest().core(), words);
        Sent sent = new Sent(update.key(), update.weight(), update.shards(), broken, update.shares());
        return desk.send(sent, all);
    }

    private void everybodySends(String saboteur) {
        for (String silo : all) {
            if (silo.equals(saboteur)) {
                sabotage(silo);
            } else {
                desk.sendToAll(silo);
            }
        }
    }

    /** Answers the request in hand; whether it made a version. */
    private boolean settle() {
        int published = desk.publish.size();
        desk.vote(all);
        desk.respond(all);
        if (desk.publish.size() > published) {
            desk.publishLast();
            return true;
        }
        return false;
    }

    @Test
    void aBrokenCohortRaisesSuspicionAndIsNeverRegrouped() {
        everybodySends("sc");
        assertThat(settle()).isFalse();
        assertThat(desk.state.suspected()).containsOnlyKeys(all).containsEntry("sc", 1);
        assertThat(desk.audit)
                .filteredOn(note -> note.event().equals(AuditEvents.SUSPICION))
                .hasSize(SILOS);
        desk.pass(Federation.AGE);
        assertThat(desk.requests).as("its updates are spent").hasSize(1);
        assertThat(desk.state.liveUpdates()).isZero();
    }

    @Test
    void laterCohortsAreDrawnAndTheSaboteurStandsOut() {
        everybodySends("sc");
        settle();
        Set<List<String>> cohorts = new HashSet<>();
        int versions = 0;
        for (int round = 0; round < 30; round++) {
            int before = desk.requests.size();
            everybodySends("sc");
            desk.pass(Federation.AGE);
            while (desk.requests.size() > before) {
                before = desk.requests.size();
                UnmaskRequest request = desk.lastRequest();
                cohorts.add(desk.silosOf(request));
                versions += settle() ? 1 : 0;
                desk.pass(Federation.AGE);
            }
        }
        assertThat(versions)
                .as("versions come out although one silo always breaks its cohort")
                .isGreaterThan(10);
        assertThat(cohorts).hasSizeGreaterThan(5);
        assertThat(desk.state.suspected().entrySet().stream()
                        .max(java.util.Map.Entry.comparingByValue())
                        .orElseThrow()
                        .getKey())
                .isEqualTo("sc");
    }

    @Test
    void suspicionFallsWithEveryCohortThatOpensWell() {
        everybodySends("sc");
        settle();
        for (int round = 0; round < 12 && !desk.state.suspected().isEmpty(); round++) {
            int before = desk.requests.size();
            everybodySends("nobody");
            desk.pass(Federation.AGE);
            while (desk.requests.size() > before) {
                before = desk.requests.size();
                assertThat(settle()).isTrue();
                desk.pass(Federation.AGE);
            }
        }
        assertThat(desk.state.suspected()).isEmpty();
    }

    @Test
    void theLotIsTheSameOnAReplayAndAnotherAfterAnotherVersion() {
        List<TrackedUpdate> updates = new ArrayList<>();
        for (String silo : all) {
            desk.send(desk.prepare(silo));
        }
        updates.addAll(desk.state.updates().values());
        List<TrackedUpdate> once = new ArrayList<>(updates);
        List<TrackedUpdate> replayed = new ArrayList<>(updates);
        java.util.Collections.reverse(replayed);
        List<TrackedUpdate> another = new ArrayList<>(updates);
        LotKey key = desk.state.lotKey().orElseThrow();
        LotKey restored =
                StateCodec.decode(StateCodec.encode(desk.state)).lotKey().orElseThrow();
        Suspicions.draw(key, Federation.digest("one"), once);
        Suspicions.draw(restored, Federation.digest("one"), replayed);
        Suspicions.draw(key, Federation.digest("two"), another);
        assertThat(replayed).isEqualTo(once);
        assertThat(another).isNotEqualTo(once).containsExactlyInAnyOrderElementsOf(once);
    }

    /** All that the lot is drawn of but the key is public: were it drawn of that alone, who sends last could try updates until one suits. */
    @Test
    void everyStartDrawsWithAnotherSecretThatNothingShows() {
        for (String silo : all) {
            desk.send(desk.prepare(silo));
        }
        Set<List<UpdateKey>> orders = new HashSet<>();
        for (int start = 0; start < 10; start++) {
            desk.on(Federation.start("start " + start));
            LotKey key = desk.state.lotKey().orElseThrow();
            assertThat(Federation.start("start " + start).toString()).doesNotContain(hex(key));
            assertThat(desk.audit).noneMatch(note -> note.toString().contains(hex(key)));
            List<TrackedUpdate> drawn = new ArrayList<>(desk.state.updates().values());
            Suspicions.draw(key, Federation.digest("one"), drawn);
            orders.add(drawn.stream().map(TrackedUpdate::key).toList());
        }
        assertThat(orders).hasSizeGreaterThan(5);
    }

    private static String hex(LotKey key) {
        return java.util.HexFormat.of().formatHex(key.toBytes());
    }
}
