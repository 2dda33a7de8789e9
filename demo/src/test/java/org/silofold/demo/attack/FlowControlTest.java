package org.silofold.demo.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.demo.attack.AttackFederation.ATTACKER;
import static org.silofold.demo.attack.AttackFederation.HONEST;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.demo.attack.FederationLog.Place;
import org.silofold.job.Uids;
import org.silofold.protocol.message.Rejection;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;

/** What one silo may take up in the running job, as a savepoint shows it, while the other silos get their versions. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class FlowControlTest {
    private static final String MODEL = "small";
    /** Two shards. */
    private static final String WIDE = "wide";

    private static final String NOBODY = "nobody";
    private static final int PARKED_RECORDS = 32;
    /** A record counts as much at least, and those sent here are no longer. */
    private static final int COUNTS_LEAST = 16 << 10;

    private static final int MAX_IN_FLIGHT = 2;
    private static final int FLOOD = 90;
    private static final int JUNK_AT_ONCE = 40;
    private static final byte[] JUNK = {};

    @TempDir
    static Path directory;

    private static AttackFederation federation;
    private static FederationLog log;
    private static Attacker mallory;

    @BeforeAll
    static void start() throws Exception {
        federation = AttackFederation.start(
                directory,
                HONEST,
                Map.of("park-ms", "600000", "park-bytes", Integer.toString(PARKED_RECORDS * COUNTS_LEAST)),
                new AttackFederation.Model(MODEL, 64, AttackFederation.policy()),
                new AttackFederation.Model(WIDE, 200_000, AttackFederation.policy()));
        log = federation.log();
        mallory = federation.attacker();
    }

    @AfterAll
    static void stop() {
        if (federation != null) {
            federation.close();
        }
    }

    /** One silo's shard lies there without a manifest, another's manifest without its second shard. */
    @Test
    void whatAVanishedSiloSentIsDroppedOnceItsTimeIsOver() throws Exception {
        Forgery.Update unsigned = mallory.forgery(WIDE).make();
        Forgery.Update lacking = mallory.forgery(WIDE).endingAfter(20_000).make();
        mallory.sendShard(unsigned.id().toBytes(), unsigned.shards().get(0));
        mallory.sendShard(lacking.id().toBytes(), lacking.shards().get(1));
        mallory.sendManifest(lacking.id().toBytes(), lacking.manifest());
        federation.honestVersion(WIDE);
        isIncomplete(lacking.id());
        List<String> meanwhile = federation.stored();
        assertThat(staged(meanwhile, unsigned.id())).hasSize(1);
        assertThat(tracked(meanwhile, unsigned.id())).isNotEmpty();
        isGone(meanwhile, lacking.id());

        federation.honestVersion(WIDE);
        federation.authority(
                authority -> authority.policy(WIDE, AttackFederation.policy().set("expiryMillis", 5_000)));
        isIncomplete(unsigned.id());
        isGone(federation.stored(), unsigned.id());
    }

    private static void isIncomplete(UpdateId id) {
        UpdateFate end = log.awaitEnd(ATTACKER, id);
        assertThat(end.kind()).isEqualTo(UpdateFate.Kind.REFUSED);
        assertThat(end.reason()).contains(Reason.INCOMPLETE);
    }

    private static void isGone(List<String> stored, UpdateId id) {
        assertThat(staged(stored, id)).isEmpty();
        assertThat(tracked(stored, id)).isEmpty();
    }

    private static List<String> staged(List<String> stored, UpdateId id) {
        return lines(stored, Uids.FOLD + ": staged " + ATTACKER + "/" + id.hex());
    }

    private static List<String> tracked(List<String> stored, UpdateId id) {
        return lines(stored, Uids.COORDINATE + ": update " + ATTACKER + "/" + id.hex());
    }

    private static List<String> lines(List<String> stored, String beginning) {
        return stored.stream().filter(line -> line.startsWith(beginning)).toList();
    }

    /** The newest of them have the places that there are. */
    @Test
    void aFloodOfUpdatesTakesUpNoMoreThanMaxInFlight() throws Exception {
        List<Forgery.Update> flood = updates(30);
        flood.forEach(update ->
                mallory.sendShard(update.id().toBytes(), update.shards().get(0)));
        List<Forgery.Update> older = flood.subList(0, flood.size() - MAX_IN_FLIGHT);
        for (Forgery.Update update : older) {
            assertThat(log.awaitEnd(ATTACKER, update.id()).reason()).contains(Reason.TOO_MANY_IN_FLIGHT);
        }
        federation.honestVersion(MODEL);
        List<String> stored = federation.stored();
        older.forEach(update -> isGone(stored, update.id()));
        for (Forgery.Update update : flood.subList(older.size(), flood.size())) {
            assertThat(staged(stored, update.id())).hasSize(1);
            assertThat(tracked(stored, update.id())).isNotEmpty();
        }
        federation.honestVersion(MODEL);
    }

    private static List<Forgery.Update> updates(int count) {
        List<Forgery.Update> updates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            updates.add(mallory.forgery(MODEL).make());
        }
        return updates;
    }

    @Test
    void aFloodThatWaitsForTheRegistryTakesUpNoMoreThanParkBytes() throws Exception {
        Forgery.Update ahead = mallory.forgery(MODEL)
                .context(c -> Contexts.under(c, 3, c.rosterDigest(), c.policySequence()))
                .make();
        byte[] record = ahead.shards().get(0);
        assertThat(record).hasSizeLessThanOrEqualTo(COUNTS_LEAST - UpdateId.LENGTH);
        String nobodys = Attacker.TOPICS.updates(NOBODY);
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", federation.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(nobodys, 1, (short) 1)))
                    .all()
                    .get();
        }
        allButSoManyAreTurnedAway(Attacker.TOPICS.updates(ATTACKER), record);
        allButSoManyAreTurnedAway(nobodys, record);
        federation.honestVersion(MODEL);

        String parked =
                lines(federation.stored(), Uids.VERIFY_UNWRAP + ": parked ").get(0);
        assertThat(parked.split(ATTACKER + "/", -1)).hasSize(PARKED_RECORDS + 1);
        assertThat(parked.split(NOBODY + "/", -1)).hasSize(PARKED_RECORDS + 1);
        federation.honestVersion(MODEL);
        assertThat(federation.restarts()).isZero();
    }

    /** Each under an update id of its own. */
    private static void allButSoManyAreTurnedAway(String topic, byte[] record) {
        Random random = new Random(topic.hashCode());
        List<byte[]> keys = new ArrayList<>();
        for (int i = 0; i < FLOOD; i++) {
            byte[] key = new byte[UpdateId.LENGTH];
            random.nextBytes(key);
            keys.add(key);
        }
        List<Place> places = mallory.flood(topic, keys, Collections.nCopies(FLOOD, record));
        log.await("rejections of what is too much", () -> Optional.of(rejections(places))
                .filter(rejected -> rejected.size() >= FLOOD - PARKED_RECORDS));
        assertThat(rejections(places))
                .hasSize(FLOOD - PARKED_RECORDS)
                .allMatch(r -> r.reason() == Reason.UNKNOWN_SENDER);
    }

    /** Its own valid records again, and junk that costs it next to nothing, some thousands a second; every silo is in each version. */
    @Test
    void versionsComeWhileOneSiloFloods() throws Exception {
        // Neither is whole, so none joins a cohort.
        Forgery.Update unsigned = mallory.forgery(MODEL).make();
        Forgery.Update empty = mallory.forgery(MODEL).make();
        String manifests = Attacker.TOPICS.manifests(ATTACKER);
        String updates = Attacker.TOPICS.updates(ATTACKER);
        long ofManifests = log.refused(manifests, Reason.MALFORMED_FRAME);
        long ofUpdates = log.refused(updates, Reason.MALFORMED_FRAME);
        AtomicBoolean floods = new AtomicBoolean(true);
        FutureTask<Integer> flood = new FutureTask<>(() -> flood(unsigned, empty, floods));
        Thread flooding = new Thread(flood, "flood");
        flooding.start();
        try {
            for (int version = 0; version < 3; version++) {
                federation.honestVersion(MODEL);
            }
        } finally {
            floods.set(false);
            flooding.join();
        }
        int junk = flood.get();
        assertThat(junk).isGreaterThan(1000);
        log.awaitRefused(manifests, Reason.MALFORMED_FRAME, ofManifests + junk);
        log.awaitRefused(updates, Reason.MALFORMED_FRAME, ofUpdates + junk);
        assertThat(log.rejections(updates)).isLessThan(junk / 2);
        assertThat(federation.restarts()).isZero();
    }

    /** Returns how much junk went to each topic. */
    private static int flood(Forgery.Update unsigned, Forgery.Update empty, AtomicBoolean floods)
            throws InterruptedException {
        List<byte[]> keys = Collections.nCopies(JUNK_AT_ONCE, null);
        List<byte[]> junk = Collections.nCopies(JUNK_AT_ONCE, JUNK);
        int rounds = 0;
        while (floods.get()) {
            mallory.sendManifest(empty.id().toBytes(), empty.manifest());
            mallory.sendShard(unsigned.id().toBytes(), unsigned.shards().get(0));
            mallory.flood(Attacker.TOPICS.manifests(ATTACKER), keys, junk);
            mallory.flood(Attacker.TOPICS.updates(ATTACKER), keys, junk);
            rounds++;
            TimeUnit.MILLISECONDS.sleep(8);
        }
        return rounds * JUNK_AT_ONCE;
    }

    private static List<Rejection> rejections(List<Place> places) {
        return places.stream().map(log::rejection).flatMap(Optional::stream).toList();
    }
}
