package org.silofold.demo.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.silofold.demo.attack.AttackFederation.ATTACKER;
import static org.silofold.demo.attack.AttackFederation.HONEST;
import static org.silofold.demo.attack.Forgery.flip;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.ApiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.demo.attack.FederationLog.Place;
import org.silofold.protocol.envelope.Frame;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;

/** Records that are not what they claim to be: each is turned away by name, and the honest silos get their next version without it. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class RecordAttacksTest {
    private static final String MODEL = "small";
    private static final String OTHER = "other";

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
                new AttackFederation.Model(MODEL, 64, AttackFederation.policy()),
                new AttackFederation.Model(OTHER, 64, AttackFederation.policy()));
        log = federation.log();
        mallory = federation.attacker();
    }

    @AfterAll
    static void stop() {
        if (federation != null) {
            federation.close();
        }
    }

    /** The record was turned away for this reason, nothing came of its update, and the honest silos go on among themselves. */
    private static void isTurnedAway(Place place, Reason reason, UpdateId id) {
        log.isRejected(place, reason);
        nothingComesOf(id);
    }

    private static void nothingComesOf(UpdateId... ids) {
        federation.honestVersion(MODEL);
        for (UpdateId id : ids) {
            cameToNothing(id);
        }
    }

    private static void cameToNothing(UpdateId id) {
        assertThat(log.fates(ATTACKER, id))
                .extracting(UpdateFate::kind)
                .doesNotContain(UpdateFate.Kind.ACCEPTED, UpdateFate.Kind.JOINED, UpdateFate.Kind.IN_VERSION);
        assertThat(log.versions(MODEL))
                .flatMap(version -> version.manifest().cohort())
                .noneMatch(ref -> ref.updateId().equals(id));
    }

    private static Place sendShard(Forgery.Update update) {
        return mallory.sendShard(update.id().toBytes(), update.shards().get(0));
    }

    private static Place sendManifest(Forgery.Update update) {
        return mallory.sendManifest(update.id().toBytes(), update.manifest());
    }

    @Test
    void forgedSignature() {
        Forgery.Update update = mallory.forgery(MODEL).make();
        Frame frame = Frame.parse(update.shards().get(0), new Frame.Limits(1 << 20, 1 << 16));
        byte[] signature = flip(7).apply(frame.signature().clone());
        byte[] record = Frame.encode(frame.header(), signature, frame.payload());
        isTurnedAway(mallory.sendShard(update.id().toBytes(), record), Reason.BAD_SIGNATURE, update.id());
    }

    @Test
    void truncatedPayload() {
        Forgery.Update update = mallory.forgery(MODEL).make();
        byte[] whole = update.shards().get(0);
        byte[] record = Arrays.copyOf(whole, whole.length - 1);
        isTurnedAway(mallory.sendShard(update.id().toBytes(), record), Reason.PAYLOAD_DIGEST_MISMATCH, update.id());
    }

    @Test
    void truncatedHeader() {
        Forgery.Update update = mallory.forgery(MODEL).make();
        byte[] record = Arrays.copyOf(update.manifest(), 300);
        isTurnedAway(mallory.sendManifest(update.id().toBytes(), record), Reason.MALFORMED_FRAME, update.id());
    }

    @Test
    void payloadOfAnotherRecord() {
        Forgery.Update update = mallory.forgery(MODEL).make();
        byte[] record = flip(-1).apply(update.manifest());
        isTurnedAway(mallory.sendManifest(update.id().toBytes(), record), Reason.PAYLOAD_DIGEST_MISMATCH, update.id());
    }

    @Test
    void oversized() {
        Forgery.Update update = mallory.forgery(MODEL).make();
        byte[] record = Arrays.copyOf(update.manifest(), RecordLimits.MANIFEST.recordBytes() + 1);
        isTurnedAway(mallory.sendManifest(update.id().toBytes(), record), Reason.RECORD_TOO_LARGE, update.id());
    }

    @Test
    void largerThanTheTopicTakes() {
        assertThatThrownBy(() -> mallory.sendShard(new byte[16], new byte[2 << 20]))
                .rootCause()
                .isInstanceOf(ApiException.class);
        federation.honestVersion(MODEL);
    }

    @Test
    void compressedBomb() {
        try (KafkaProducer<byte[], byte[]> bomber = Attacker.producer(federation.bootstrap(), "gzip")) {
            byte[] zeros = new byte[16 << 20];
            for (String topic : List.of(Attacker.TOPICS.updates(ATTACKER), Attacker.TOPICS.keys(ATTACKER))) {
                assertThatThrownBy(() -> bomber.send(new ProducerRecord<>(topic, new byte[16], zeros))
                                .get())
                        .as("some 16 KiB on the wire to " + topic)
                        .rootCause()
                        .isInstanceOf(InvalidRecordException.class);
            }
        }
        federation.honestVersion(MODEL);
    }

    @Test
    void replayedRecordsCountOnce() {
        List<String> three = HONEST.subList(0, 3);
        var honest = federation.submit(MODEL, three);
        Forgery.Update update = mallory.forgery(MODEL).make();
        for (int i = 0; i < 3; i++) {
            mallory.send(update);
        }
        var version = federation.awaitJoined(MODEL, honest);
        assertThat(version.cohort()).hasSize(4);
        assertThat(version.cohort())
                .filteredOn(ref -> ref.updateId().equals(update.id()))
                .hasSize(1);
        Place late = mallory.send(update);
        federation.honestVersion(MODEL);
        assertThat(log.fates(ATTACKER, update.id()))
                .extracting(UpdateFate::kind)
                .containsExactly(UpdateFate.Kind.ACCEPTED, UpdateFate.Kind.JOINED, UpdateFate.Kind.IN_VERSION);
        assertThat(late.offset()).isPositive();
    }

    @Test
    void crossModel() {
        Forgery forgery = mallory.forgery(MODEL);
        forgery.shardCore = core -> new UpdateShard.Core(
                Contexts.inModel(core.context(), OTHER),
                core.updateId(),
                core.sequence(),
                core.shardIndex(),
                core.shardCount(),
                core.wrappedKeys(),
                core.cekDigest());
        Forgery.Update update = forgery.make();
        isTurnedAway(sendShard(update), Reason.KEY_DIGEST_MISMATCH, update.id());
    }

    @Test
    void ofAModelThatNobodySpecified() throws Exception {
        Forgery.Update update = mallory.forgery(MODEL)
                .context(c -> Contexts.inModel(c, "unheard-of"))
                .make();
        log.isRejected(sendManifest(update), Reason.UNKNOWN_MODEL);
        // No state is kept for it, and nothing written to the log that every model's words pass through.
        assertThat(federation.stored()).noneMatch(line -> line.contains("unheard-of"));
    }

    @Test
    void crossEpoch() throws Exception {
        SignedRecord<Roster> old = SignedRecords.reread(Roster.class, Purpose.ROSTER, federation.oldRoster());
        Forgery.Update outdated = mallory.forgery(MODEL)
                .context(c -> Contexts.under(c, 1, old.digest(), c.policySequence()))
                .make();
        log.isRejected(sendShard(outdated), Reason.WRONG_EPOCH);
        log.isRejected(sendManifest(outdated), Reason.WRONG_EPOCH);
        Forgery.Update ahead = mallory.forgery(MODEL)
                .context(c -> Contexts.under(c, 3, c.rosterDigest(), c.policySequence()))
                .make();
        log.isRejected(sendManifest(ahead), Reason.WRONG_EPOCH);
        Forgery.Update other = mallory.forgery(MODEL)
                .context(c -> Contexts.under(c, c.rosterEpoch(), old.digest(), c.policySequence()))
                .make();
        log.isRejected(sendManifest(other), Reason.WRONG_EPOCH);
        nothingComesOf(outdated.id(), ahead.id(), other.id());
    }

    @Test
    void policyOfAnotherTime() {
        Forgery.Update update = mallory.forgery(MODEL)
                .context(c -> Contexts.under(c, c.rosterEpoch(), c.rosterDigest(), 0))
                .make();
        isTurnedAway(sendManifest(update), Reason.WRONG_POLICY, update.id());
    }

    @Test
    void crossFederation() {
        Forgery.Update update = mallory.forgery(MODEL)
                .context(c -> Contexts.inFederation(c, "another-federation"))
                .make();
        log.isRejected(sendShard(update), Reason.WRONG_FEDERATION);
        isTurnedAway(sendManifest(update), Reason.WRONG_FEDERATION, update.id());
    }

    @Test
    void ontoAnotherSilosTopic() {
        Forgery.Update update = mallory.forgery(MODEL).make();
        Place place = mallory.send(
                Attacker.TOPICS.updates("north"),
                update.id().toBytes(),
                update.shards().get(0));
        isTurnedAway(place, Reason.BAD_SIGNATURE, update.id());
    }

    @Test
    void inAnotherSilosName() {
        Forgery.Update update =
                mallory.forgery(MODEL).context(c -> c.withSender("north")).make();
        isTurnedAway(sendShard(update), Reason.WRONG_SENDER, update.id());
        assertThat(log.fates("north", update.id())).isEmpty();
    }

    @Test
    void signedWithAKeyThatNobodyEnrolled() {
        Forgery forgery = mallory.forgery(MODEL);
        try (SigningKey foreign = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            forgery.signer = foreign;
            Forgery.Update update = forgery.make();
            isTurnedAway(sendManifest(update), Reason.BAD_SIGNATURE, update.id());
        }
    }

    @Test
    void ofASiloThatNobodyEnrolled() throws Exception {
        Forgery.Update update = mallory.forgery(MODEL).make();
        // The job reads every topic with such a name.
        String topic = Attacker.TOPICS.updates("nobody");
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", federation.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
        Place place = mallory.send(topic, update.id().toBytes(), update.shards().get(0));
        isTurnedAway(place, Reason.UNKNOWN_SENDER, update.id());
    }

    @Test
    void wrongPurpose() {
        Forgery.Update update = mallory.forgery(MODEL).make();
        log.isRejected(mallory.sendShard(update.id().toBytes(), update.manifest()), Reason.BAD_SIGNATURE);
        Forgery.Update shard = mallory.forgery(MODEL).make();
        Frame frame = Frame.parse(shard.shards().get(0), new Frame.Limits(1 << 20, 1 << 16));
        // Signed for what the topic calls for, while the header says another purpose.
        byte[] header = replaced(frame.header(), Purpose.UPDATE_SHARD.text(), Purpose.VOID_VERSION.text());
        log.isRejected(signedShard(shard, header, frame.payload()), Reason.WRONG_PURPOSE);
        nothingComesOf(update.id(), shard.id());
    }

    @Test
    void unknownSuite() {
        Forgery.Update update = mallory.forgery(MODEL).make();
        Frame frame = Frame.parse(update.shards().get(0), new Frame.Limits(1 << 20, 1 << 16));
        byte[] header =
                replaced(frame.header(), Suite.ML_KEM_768_ML_DSA_65.text(), "ml-kem-512+ml-dsa-44+aes-128-gcm+sha-256");
        isTurnedAway(signedShard(update, header, frame.payload()), Reason.UNSUPPORTED_SUITE, update.id());
    }

    private static Place signedShard(Forgery.Update update, byte[] header, byte[] payload) {
        byte[] signature = mallory.identity().sign(Purpose.UPDATE_SHARD, header);
        return mallory.sendShard(update.id().toBytes(), Frame.encode(header, signature, payload));
    }

    /** Texts of one length, so the bytes around them stay right. */
    private static byte[] replaced(byte[] header, String text, String other) {
        String all = new String(header, StandardCharsets.ISO_8859_1);
        assertThat(all).contains(text);
        assertThat(other).hasSameSizeAs(text);
        return all.replace(text, other).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void underTheKeyOfAnotherUpdate() {
        Forgery.Update update = mallory.forgery(MODEL).make();
        byte[] key = flip(0).apply(update.id().toBytes());
        isTurnedAway(mallory.sendShard(key, update.shards().get(0)), Reason.INVALID_FIELD, update.id());
    }

    @Test
    void floodOfJunk() {
        Random random = new Random(20251125);
        List<byte[]> keys = new ArrayList<>();
        List<byte[]> junk = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            byte[] key = new byte[UpdateId.LENGTH];
            byte[] value = new byte[1 + random.nextInt(2000)];
            random.nextBytes(key);
            random.nextBytes(value);
            keys.add(key);
            junk.add(value);
        }
        List<String> topics = List.of(Attacker.TOPICS.updates(ATTACKER), Attacker.TOPICS.manifests(ATTACKER));
        Map<String, Long> before = new HashMap<>();
        for (String topic : topics) {
            before.put(topic, log.refused(topic, Reason.MALFORMED_FRAME));
            mallory.flood(topic, keys, junk);
        }
        federation.honestVersion(MODEL);
        before.forEach((topic, refused) -> log.awaitRefused(topic, Reason.MALFORMED_FRAME, refused + junk.size()));
    }

    @Test
    void revokedAndSuspended() throws Exception {
        federation.authority(authority -> authority.revoke(ATTACKER, "caught"));
        try {
            isRevoked();
        } finally {
            federation.authority(authority -> authority.reinstate(ATTACKER, "acquitted"));
        }
        federation.authority(authority -> authority.suspend(ATTACKER, "suspected", Duration.ofHours(1)));
        try {
            isRevoked();
        } finally {
            federation.authority(authority -> authority.reinstate(ATTACKER, "acquitted"));
        }
    }

    /** The job learns of it a moment later: until then manifests pass, of updates that soon end. */
    private static void isRevoked() {
        List<Place> probes = new ArrayList<>();
        while (probes.stream().allMatch(place -> log.rejection(place).isEmpty())) {
            Forgery.Update probe = mallory.forgery(MODEL).endingAfter(1).make();
            probes.add(sendManifest(probe));
            log.awaitEnd(ATTACKER, probe.id());
        }
        Forgery.Update update = mallory.forgery(MODEL).make();
        isTurnedAway(sendShard(update), Reason.REVOKED, update.id());
    }
}
