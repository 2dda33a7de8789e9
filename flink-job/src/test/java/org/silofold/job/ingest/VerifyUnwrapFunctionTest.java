package org.silofold.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.RawRecord;
import org.silofold.job.event.ShardPayload;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.registry.RegistryView;

/** Silos' updates: what is opened, what waits, what is refused and why. */
final class VerifyUnwrapFunctionTest extends VerifyUnwrapFixture {
    @Test
    void opensAShardAndTellsBothSides() throws Exception {
        enrolEverybody();
        byte[] words = update.words(1);
        send(update.shard(1, words));
        assertThat(harness.extractOutputValues()).singleElement().satisfies(payload -> {
            ShardPayload.VerifiedShard shard = (ShardPayload.VerifiedShard) payload;
            assertThat(shard.words()).isEqualTo(words);
            assertThat(shard.place().index()).isEqualTo(1);
            assertThat(shard.update()).isEqualTo(new UpdateKey("anna", update.id));
        });
        assertThat(events()).singleElement().satisfies(event -> {
            CoordinatorEvent.ShardSeen seen = (CoordinatorEvent.ShardSeen) event;
            assertThat(seen.silo()).isEqualTo("anna");
            assertThat(seen.index()).isEqualTo(1);
            assertThat(seen.count()).isEqualTo(2);
        });
        assertThat(reasons()).isEmpty();
    }

    @Test
    void opensTheMetaBlockOfAManifest() throws Exception {
        enrolEverybody();
        int[] meta = new int[3 * 2048];
        Arrays.setAll(meta, i -> i * 31);
        send(update.manifest(meta));
        assertThat(events()).singleElement().satisfies(event -> {
            CoordinatorEvent.ManifestSeen seen = (CoordinatorEvent.ManifestSeen) event;
            assertThat(seen.metaWords()).isEqualTo(meta);
            assertThat(seen.update().silo()).isEqualTo("anna");
        });
        assertThat(reasons()).isEmpty();
    }

    @Test
    void waitsForTheRegistryInOrderAndAcrossARestart() throws Exception {
        harness.setProcessingTime(1000);
        send(update.shard(0, update.words(0)));
        send(update.manifest(new int[3 * 2048]));
        assertThat(events()).isEmpty();
        restart();
        enrolEverybody();
        harness.setProcessingTime(1000 + PARK / 2);
        assertThat(events())
                .hasExactlyElementsOfTypes(CoordinatorEvent.ShardSeen.class, CoordinatorEvent.ManifestSeen.class);
        assertThat(reasons()).isEmpty();
        send(update.shard(1, update.words(1)));
        assertThat(events()).as("nothing waits any more").hasSize(3);
    }

    @Test
    void rejectsWhoNeverBecomesKnown() throws Exception {
        harness.setProcessingTime(1000);
        send(update.shard(0, update.words(0)));
        send(update.shard(1, update.words(1)));
        send(update.shard(0, update.words(0)));
        assertThat(reasons()).as("a third shard exceeds the space").containsExactly(Reason.UNKNOWN_SENDER);
        harness.setProcessingTime(1000 + PARK);
        assertThat(reasons()).containsOnly(Reason.UNKNOWN_SENDER).hasSize(3);
        assertThat(harness.extractOutputValues()).isEmpty();
        enrolEverybody();
        send(update.shard(1, update.words(1)));
        assertThat(harness.extractOutputValues()).as("nothing waits any more").hasSize(1);
    }

    @Test
    void allThatOneSiloHasWaitingIsInOneSpace() throws Exception {
        harness.setProcessingTime(1000);
        RawRecord shard = update.shard(0, update.words(0));
        RawRecord small = update.shard(1, update.words(1));
        send(shard);
        int room = (1_000_000 - shard.value().length) / Park.LEAST;
        for (int i = 0; i < 2 * room; i++) {
            send(federation.raw("updates.anna", key(i), small.value()));
        }
        assertThat(reasons())
                .as("under other keys too")
                .hasSize(2 * room - room)
                .containsOnly(Reason.UNKNOWN_SENDER);
        TestUpdate other = new TestUpdate(federation, view, "berta", PARAMETERS, 4);
        send(other.shard(0, other.words(0)));
        assertThat(reasons()).as("another silo has its own").hasSize(room);
        restart();
        harness.setProcessingTime(1000 + PARK / 2);
        send(federation.raw("updates.anna", key(-1), small.value()));
        assertThat(reasons()).as("a restart makes no room").containsExactly(Reason.UNKNOWN_SENDER);
        enrolEverybody();
        harness.setProcessingTime(1000 + PARK / 2 + 200);
        assertThat(reasons()).as("looked at, since the registry has changed").hasSize(1 + room);
        assertThat(reasons().subList(1, 1 + room)).containsOnly(Reason.INVALID_FIELD);
        assertThat(harness.extractOutputValues())
                .extracting(payload ->
                        ((ShardPayload.VerifiedShard) payload).update().silo())
                .containsExactlyInAnyOrder("anna", "berta");
        TestUpdate ahead = new TestUpdate(federation, newerPolicy(), "anna", PARAMETERS, 5);
        send(ahead.shard(0, ahead.words(0)));
        assertThat(reasons()).as("and there is room again").hasSize(1 + room);
    }

    private static byte[] key(int number) {
        return ByteBuffer.allocate(16).putInt(number).array();
    }

    private RegistryView newerPolicy() throws Exception {
        List<RawRecord> newer = new ArrayList<>(documents);
        newer.add(federation.raw(federation.policy(1)));
        return federation.view(newer);
    }

    @Test
    void aRecordOfANewerPolicyWaitsForIt() throws Exception {
        enrolEverybody();
        List<RawRecord> newer = new ArrayList<>(documents);
        newer.add(federation.raw(federation.policy(1)));
        TestUpdate ahead = new TestUpdate(federation, federation.view(newer), "berta", PARAMETERS, 4);
        send(ahead.shard(0, ahead.words(0)));
        assertThat(events()).isEmpty();
        harness.processBroadcastElement(newer.get(newer.size() - 1), 0);
        harness.setProcessingTime(PARK / 2);
        assertThat(events()).hasExactlyElementsOfTypes(CoordinatorEvent.ShardSeen.class);
        send(update.shard(0, update.words(0)));
        assertThat(reasons()).as("and one of the older policy is refused").containsExactly(Reason.WRONG_POLICY);
        assertThat(events().get(1))
                .isEqualTo(new CoordinatorEvent.UpdateRefused(new UpdateKey("anna", update.id), Reason.WRONG_POLICY));
    }

    @Test
    void anUpdateOfAnEpochThatEndedIsToldSoAlsoWhileAMembersNewKeyIsMissing() throws Exception {
        enrolEverybody();
        harness.processBroadcastElement(federation.raw(federation.roster(2)), 0);
        send(update.shard(0, update.words(0)));
        harness.setProcessingTime(PARK);
        assertThat(reasons()).containsExactly(Reason.UNKNOWN_MODEL);
        assertThat(events())
                .containsExactly(
                        new CoordinatorEvent.UpdateRefused(new UpdateKey("anna", update.id), Reason.UNKNOWN_MODEL));
    }

    @Test
    void theFirstRecordOfAPlaceStands() throws Exception {
        enrolEverybody();
        RawRecord first = update.shard(0, update.words(0));
        send(first);
        send(first);
        restart();
        send(first);
        send(update.shard(0, update.words(0)));
        assertThat(reasons()).containsExactly(Reason.CONFLICTING_DUPLICATE);
        assertThat(harness.extractOutputValues()).as("after the restart").isEmpty();
    }

    @Test
    void refusesWhatIsWrongAndSaysWhy() throws Exception {
        enrolEverybody();
        byte[] words = update.words(0);
        byte[] tooLarge = words.clone();
        Arrays.fill(tooLarge, 4, 8, (byte) 0xff);
        RawRecord good = update.shard(0, words);
        byte[] forged = good.value().clone();
        forged[40] ^= 1;
        byte[] tampered = good.value().clone();
        tampered[tampered.length - 1] ^= 1;
        byte[] key = update.id.toBytes();

        send(update.shard(0, tooLarge));
        send(update.shardWithBrokenSeal(0, words));
        send(update.shard(0, 3, words, key));
        send(update.shard(0, 2, Arrays.copyOf(words, 8192), key));
        send(update.shard(0, 2, words, new byte[16]));
        send(federation.raw("updates.anna", key, forged));
        send(federation.raw("updates.anna", key, tampered));
        send(federation.raw("updates.anna", key, new byte[100]));
        send(federation.raw("updates.anna", key, new byte[0]));
        send(federation.raw("updates.anna", key, new byte[1 << 20]));
        send(federation.raw("updates.berta", key, good.value()));
        send(federation.raw(
                "manifests.anna", key, update.shard(1, update.words(1)).value()));
        assertThat(reasons())
                .containsExactly(
                        Reason.WORD_OUT_OF_RANGE,
                        Reason.SEAL_BROKEN,
                        Reason.WRONG_SHAPE,
                        Reason.WRONG_SHAPE,
                        Reason.INVALID_FIELD,
                        Reason.BAD_SIGNATURE,
                        Reason.PAYLOAD_DIGEST_MISMATCH,
                        Reason.MALFORMED_FRAME,
                        Reason.MALFORMED_FRAME,
                        Reason.RECORD_TOO_LARGE,
                        Reason.BAD_SIGNATURE,
                        Reason.BAD_SIGNATURE);
        assertThat(harness.extractOutputValues()).isEmpty();
        assertThat(events()).hasSize(5).allMatch(event -> event instanceof CoordinatorEvent.UpdateRefused);
        send(good);
        assertThat(harness.extractOutputValues()).hasSize(1);
    }

    @Test
    void refusesARevokedSilo() throws Exception {
        enrolEverybody();
        harness.processBroadcastElement(federation.raw(federation.authority.revocation("anna", 0, 500, "left")), 0);
        harness.setProcessingTime(499);
        send(update.shard(0, update.words(0)));
        harness.setProcessingTime(500);
        send(update.shard(1, update.words(1)));
        assertThat(reasons()).containsExactly(Reason.REVOKED);
        assertThat(harness.extractOutputValues()).hasSize(1);
    }
}
