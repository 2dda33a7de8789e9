package org.silofold.demo.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.demo.attack.AttackFederation.ATTACKER;
import static org.silofold.demo.attack.AttackFederation.HONEST;
import static org.silofold.demo.attack.Forgery.flip;
import static org.silofold.demo.attack.Forgery.word;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.envelope.ContentKey;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.verify.Finding;
import org.silofold.silo.verify.HistoryCheck;
import org.silofold.silo.verify.LogCheck;
import org.silofold.silo.verify.Report;

/** Updates signed by an enrolled silo that are wrong in what they hold: each ends by itself, and the others' version comes without it. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class UpdateAttacksTest {
    private static final String MODEL = "small";
    /** Two shards; nobody trains it. */
    private static final String WIDE = "wide";

    private static final int Q = (int) ParameterSet.MASK_2048_32.q();

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

    /** The update is refused for one of these reasons, in no version, and the honest silos go on among themselves. */
    private static void isRefused(UpdateId id, Reason... reasons) {
        federation.honestVersion(MODEL);
        UpdateFate end = log.awaitEnd(ATTACKER, id);
        assertThat(end.kind()).isEqualTo(UpdateFate.Kind.REFUSED);
        assertThat(end.reason().orElseThrow()).isIn((Object[]) reasons);
        assertThat(log.fates(ATTACKER, id)).hasSize(1);
        assertThat(log.versions(MODEL))
                .flatMap(version -> version.manifest().cohort())
                .noneMatch(ref -> ref.silo().equals(ATTACKER) && ref.updateId().equals(id));
    }

    /** Three honest silos and the attacker make a version: what else the attacker sent changes nothing. */
    private static void joinsOnce(Map<String, UpdateId> honest, UpdateId id) {
        ModelManifest version = federation.awaitJoined(MODEL, honest);
        assertThat(version.cohort()).hasSize(4);
        assertThat(version.cohort())
                .filteredOn(ref -> ref.silo().equals(ATTACKER))
                .singleElement()
                .satisfies(ref -> assertThat(ref.updateId()).isEqualTo(id));
        assertThat(log.awaitEnd(ATTACKER, id).kind()).isEqualTo(UpdateFate.Kind.IN_VERSION);
    }

    private static Map<String, UpdateId> threeSubmit() {
        return federation.submit(MODEL, HONEST.subList(0, 3));
    }

    @Test
    void wordsOfAShardNotBelowQ() {
        Forgery forgery = mallory.forgery(MODEL);
        forgery.shardWords = word(17, Q);
        Forgery.Update update = forgery.make();
        log.isRejected(mallory.sendShard(update.id().toBytes(), update.shards().get(0)), Reason.WORD_OUT_OF_RANGE);
        isRefused(update.id(), Reason.WORD_OUT_OF_RANGE);
    }

    @Test
    void wordsOfTheMetaBlockNotBelowQ() {
        Forgery forgery = mallory.forgery(MODEL);
        forgery.metaWords = word(2047, -1);
        Forgery.Update update = forgery.make();
        log.isRejected(mallory.send(update), Reason.WORD_OUT_OF_RANGE);
        isRefused(update.id(), Reason.WORD_OUT_OF_RANGE);
    }

    @Test
    void contentKeysThatDifferBetweenRecipients() {
        Forgery forgery = mallory.forgery(MODEL);
        forgery.wrapped = keys -> {
            try (ContentKey other = ContentKey.generate(new SecureRandom())) {
                return List.of(forgery.wrap(other));
            }
        };
        Forgery.Update update = forgery.make();
        log.isRejected(mallory.send(update), Reason.KEY_DIGEST_MISMATCH);
        isRefused(update.id(), Reason.KEY_DIGEST_MISMATCH);
    }

    @Test
    void aDifferentShardForOnePlace() {
        Map<String, UpdateId> honest = threeSubmit();
        Forgery.Update update = mallory.forgery(MODEL).make();
        Forgery other = mallory.forgery(MODEL);
        other.id = update.id();
        mallory.sendShard(update.id().toBytes(), update.shards().get(0));
        log.isRejected(
                mallory.sendShard(update.id().toBytes(), other.make().shards().get(0)), Reason.CONFLICTING_DUPLICATE);
        mallory.sendManifest(update.id().toBytes(), update.manifest());
        joinsOnce(honest, update.id());
    }

    @Test
    void aDifferentManifestForOneUpdate() {
        Map<String, UpdateId> honest = threeSubmit();
        Forgery.Update update = mallory.forgery(MODEL).make();
        Forgery other = mallory.forgery(MODEL);
        other.id = update.id();
        mallory.send(update);
        log.isRejected(
                mallory.sendManifest(update.id().toBytes(), other.make().manifest()), Reason.CONFLICTING_DUPLICATE);
        joinsOnce(honest, update.id());
    }

    @Test
    void aManifestOverOtherShards() {
        Forgery.Update update = mallory.forgery(MODEL).make();
        Forgery other = mallory.forgery(MODEL);
        other.id = update.id();
        mallory.sendShard(update.id().toBytes(), update.shards().get(0));
        mallory.sendManifest(update.id().toBytes(), other.make().manifest());
        // Its sequence is another one too; whichever is looked at first.
        isRefused(update.id(), Reason.MERKLE_ROOT_MISMATCH, Reason.CONFLICTING_DUPLICATE);
    }

    @Test
    void missingShards() {
        Forgery.Update update = mallory.forgery(WIDE).endingAfter(3_000).make();
        assertThat(update.shards()).hasSize(2);
        mallory.sendShard(update.id().toBytes(), update.shards().get(1));
        mallory.sendManifest(update.id().toBytes(), update.manifest());
        isRefused(update.id(), Reason.INCOMPLETE);
    }

    @Test
    void anExpiredManifest() {
        Forgery forgery = mallory.forgery(MODEL);
        forgery.expiryMillis = System.currentTimeMillis() - 1_000;
        Forgery.Update update = forgery.make();
        mallory.send(update);
        refusedByMembers(update.id(), HONEST, Reason.EXPIRED);
        // Whichever the aggregator finds wanting first.
        isRefused(update.id(), Reason.INCOMPLETE, Reason.SHARES_NOT_ACCEPTED, Reason.EXPIRED);
    }

    private static void refusedByMembers(UpdateId id, List<String> members, Reason reason) {
        for (String member : members) {
            assertThat(log.awaitReceipt(member, ATTACKER, id).refused())
                    .as(member)
                    .contains(reason);
        }
    }

    private static void acceptedByMembers(UpdateId id, List<String> members) {
        for (String member : members) {
            assertThat(log.awaitReceipt(member, ATTACKER, id).refused())
                    .as(member)
                    .isEmpty();
        }
    }

    @Test
    void sharesThatDoNotOpen() {
        Forgery forgery = mallory.forgery(MODEL).endingOnceJudged();
        for (int point = 1; point <= HONEST.size(); point++) {
            forgery.sealedPackets.put(point, flip(5));
        }
        Forgery.Update update = forgery.make();
        mallory.send(update);
        refusedByMembers(update.id(), HONEST, Reason.SEAL_BROKEN);
        isRefused(update.id(), Reason.SHARES_NOT_ACCEPTED);
    }

    @Test
    void sharesThatDoNotMatchTheirCommitments() {
        Forgery forgery = mallory.forgery(MODEL).endingOnceJudged();
        for (int point = 1; point <= HONEST.size(); point++) {
            forgery.packets.put(point, flip(0));
        }
        Forgery.Update update = forgery.make();
        mallory.send(update);
        refusedByMembers(update.id(), HONEST, Reason.COMMITMENT_MISMATCH);
        isRefused(update.id(), Reason.SHARES_NOT_ACCEPTED);
    }

    @Test
    void sharesOnNoPolynomial() {
        Forgery forgery = mallory.forgery(MODEL).endingOnceJudged();
        forgery.lies.put(2, 1);
        forgery.lies.put(3, Q - 1);
        Forgery.Update update = forgery.make();
        mallory.send(update);
        refusedByMembers(update.id(), HONEST.subList(1, 3), Reason.SHARE_CHECK_FAILED);
        acceptedByMembers(update.id(), List.of(HONEST.get(0), HONEST.get(3)));
        isRefused(update.id(), Reason.SHARES_NOT_ACCEPTED);
    }

    @Test
    void goodSharesToTooFewMembers() {
        Forgery forgery = mallory.forgery(MODEL).endingOnceJudged();
        // t = 3 and f = 1: t - f members could open with one liar's help.
        forgery.sealedPackets.put(3, flip(5));
        forgery.sealedPackets.put(4, flip(5));
        Forgery.Update update = forgery.make();
        mallory.send(update);
        acceptedByMembers(update.id(), HONEST.subList(0, 2));
        refusedByMembers(update.id(), HONEST.subList(2, 4), Reason.SEAL_BROKEN);
        isRefused(update.id(), Reason.SHARES_NOT_ACCEPTED);
    }

    @Test
    void aBaseThatWasNotPublished() {
        ModelManifest newest = log.newest(MODEL).manifest();
        Digest other = Digest.sha256(new byte[] {1});
        Forgery.Update update =
                mallory.forgery(MODEL, new FederationLog.Version(newest, other)).make();
        mallory.send(update);
        isRefused(update.id(), Reason.UNKNOWN_BASE);
    }

    @Test
    void aBaseTooLongAgo() {
        while (log.newest(MODEL).manifest().version() < 3) {
            federation.honestVersion(MODEL);
        }
        Forgery.Update update =
                mallory.forgery(MODEL, log.versions(MODEL).get(0)).make();
        mallory.send(update);
        isRefused(update.id(), Reason.TOO_STALE);
    }

    @Test
    void anotherSilosUpdateIdUnderOnesOwnName() {
        Map<String, UpdateId> honest = threeSubmit();
        Forgery forgery = mallory.forgery(MODEL);
        forgery.id = honest.values().iterator().next();
        mallory.send(forgery.make());
        joinsOnce(honest, forgery.id);
    }

    @Test
    void anotherSilosManifestSignedAnew() {
        Map<String, UpdateId> honest = federation.submit(MODEL, HONEST);
        UpdateId id = honest.get("north");
        federation.awaitJoined(MODEL, honest);
        SignedRecord<UpdateManifest> stolen = SignedRecords.reread(
                UpdateManifest.class,
                Purpose.UPDATE_MANIFEST,
                log.awaitManifest("north", id).record());
        UpdateManifest theirs = stolen.message();
        UpdateManifest.Core core = Contexts.inNameOf(theirs.core(), ATTACKER);
        UpdateManifest ours = new UpdateManifest(
                core,
                HeaderCodec.encodeCore(core),
                theirs.payloadDigest(),
                theirs.commitments(),
                theirs.checkPolynomials());
        byte[] record = SignedRecords.seal(ours, stolen.payload(), mallory.identity());
        log.isRejected(mallory.sendManifest(id.toBytes(), record), Reason.KEY_DIGEST_MISMATCH);
        refusedByMembers(id, HONEST, Reason.SEAL_BROKEN);
        isRefused(id, Reason.KEY_DIGEST_MISMATCH);
        assertThat(log.awaitEnd("north", id).kind()).isEqualTo(UpdateFate.Kind.IN_VERSION);
    }

    @Test
    void moreUpdatesAtOnceThanPolicyAllows() {
        List<Forgery.Update> flood = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Forgery.Update update = mallory.forgery(MODEL).endingAfter(4_000).make();
            mallory.sendManifest(update.id().toBytes(), update.manifest());
            flood.add(update);
        }
        federation.honestVersion(MODEL);
        for (int i = 0; i < flood.size(); i++) {
            assertThat(log.awaitEnd(ATTACKER, flood.get(i).id()).reason())
                    .isEqualTo(Optional.of(i < 4 ? Reason.TOO_MANY_IN_FLIGHT : Reason.INCOMPLETE));
        }
    }

    /** The job takes what silos write as it is written, so everyone who checks after it must as well. */
    @Test
    void anUpdateInATransactionThatIsAbortedCountsForAllWhoReadIt() throws Exception {
        Map<String, UpdateId> honest = threeSubmit();
        Forgery.Update update = mallory.forgery(MODEL).make();
        mallory.sendAndAbort(update);
        ModelManifest version = federation.awaitJoined(MODEL, honest);
        assertThat(version.cohort()).anyMatch(ref -> ref.updateId().equals(update.id()));
        PartyDirectory aggregator = PartyDirectory.open(federation.party(AttackFederation.AGGREGATOR));
        Report report =
                LogCheck.run(LogCheck.Settings.of(aggregator, Optional.of(aggregator), HistoryCheck.Mode.RUNNING));
        // Other tests' attacker spends a base twice.
        assertThat(report.findings())
                .filteredOn(finding -> finding.kind() != Finding.Kind.BASE_TWICE)
                .isEmpty();
    }

    @Test
    void aFloodOfValidUpdatesCountsOnce() {
        Map<String, UpdateId> honest = threeSubmit();
        List<UpdateId> flood = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Forgery.Update update = mallory.forgery(MODEL).make();
            mallory.send(update);
            flood.add(update.id());
        }
        ModelManifest version = federation.awaitJoined(MODEL, honest);
        assertThat(version.cohort())
                .filteredOn(ref -> ref.silo().equals(ATTACKER))
                .hasSize(1);
        // What is left of the flood is one update that waits for the next version, if any.
        federation.awaitJoined(MODEL, federation.submit(MODEL, HONEST.subList(1, 4)));
        assertThat(log.versions(MODEL)).allSatisfy(v -> assertThat(v.manifest().cohort())
                .filteredOn(ref -> ref.silo().equals(ATTACKER))
                .hasSizeLessThanOrEqualTo(1));
        long inVersions = flood.stream()
                .flatMap(id -> log.fates(ATTACKER, id).stream())
                .filter(fate -> fate.kind() == UpdateFate.Kind.IN_VERSION)
                .count();
        assertThat(inVersions).isBetween(1L, 2L);
    }

    @Test
    void anotherSilosUpdateCannotBeWithdrawn() {
        Map<String, UpdateId> honest = threeSubmit();
        UpdateRef theirs = log.awaitManifest("north", honest.get("north")).ref();
        log.isRejected(mallory.withdraw(Attacker.TOPICS.withdrawals("north"), MODEL, theirs), Reason.BAD_SIGNATURE);
        log.isRejected(mallory.withdraw(Attacker.TOPICS.withdrawals(ATTACKER), MODEL, theirs), Reason.WRONG_SENDER);
        mallory.withdraw(
                Attacker.TOPICS.withdrawals(ATTACKER),
                MODEL,
                new UpdateRef(ATTACKER, theirs.updateId(), theirs.manifestDigest()));
        Forgery.Update own = mallory.forgery(MODEL).make();
        mallory.send(own);
        joinsOnce(honest, own.id());
    }

    @Test
    void anUpdateWithdrawnIsInNoVersion() {
        Forgery.Update update = mallory.forgery(MODEL).make();
        mallory.send(update);
        mallory.withdraw(Attacker.TOPICS.withdrawals(ATTACKER), MODEL, update.ref());
        assertThat(log.awaitEnd(ATTACKER, update.id()).reason()).contains(Reason.WITHDRAWN);
        federation.honestVersion(MODEL);
        assertThat(log.versions(MODEL))
                .flatMap(version -> version.manifest().cohort())
                .noneMatch(ref -> ref.updateId().equals(update.id()));
    }
}
