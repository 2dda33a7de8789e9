package org.silofold.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.job.TestConfigs;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.ModelEvent;
import org.silofold.job.event.RawRecord;
import org.silofold.job.event.Rejected;
import org.silofold.job.event.RosterId;
import org.silofold.job.event.ShardPayload;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryView;

class VerifyUnwrapFunctionTest {
    private static final int PARAMETERS = 97 * 2048;
    private static final long PARK = 5_000;

    @TempDir
    private Path dir;

    private TestFederation federation;
    private List<RawRecord> documents;
    private RegistryView view;
    private TestUpdate update;
    private KeyedBroadcastOperatorTestHarness<String, RawRecord, RawRecord, ShardPayload> harness;

    @BeforeEach
    void start() throws Exception {
        federation = new TestFederation(dir);
        documents = federation.documents(PARAMETERS, Digest.ZERO);
        view = federation.view(documents);
        update = new TestUpdate(federation, view, "anna", PARAMETERS, 3);
        harness = harness();
        harness.open();
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
    }

    private KeyedBroadcastOperatorTestHarness<String, RawRecord, RawRecord, ShardPayload> harness() throws Exception {
        VerifyUnwrapFunction function = new VerifyUnwrapFunction(
                TestFederation.PARTY,
                federation.files,
                TestConfigs.with("park-ms", Long.toString(PARK), "park-bytes", "1000000"));
        return new KeyedBroadcastOperatorTestHarness<>(
                new CoBroadcastWithKeyedOperator<>(function, List.of(VerifyUnwrapFunction.REGISTRY)),
                new IngestKey(TestFederation.PARTY),
                Types.STRING,
                1,
                1,
                0);
    }

    private void restart() throws Exception {
        OperatorSubtaskState state = harness.snapshot(1, 1);
        long now = harness.getProcessingTime();
        harness.close();
        harness = harness();
        harness.initializeState(state);
        harness.open();
        harness.setProcessingTime(now);
    }

    private void enrolEverybody() throws Exception {
        for (RawRecord document : documents) {
            harness.processBroadcastElement(document, 0);
        }
    }

    private void send(RawRecord raw) throws Exception {
        harness.processElement(raw, 0);
    }

    private <T> List<T> side(OutputTag<T> tag) {
        return Stream.ofNullable(harness.getSideOutput(tag))
                .flatMap(queue -> queue.stream())
                .map(record -> record.getValue())
                .toList();
    }

    private List<CoordinatorEvent> events() {
        return side(VerifyUnwrapFunction.EVENTS).stream().map(ModelEvent::event).toList();
    }

    private List<Reason> reasons() {
        return side(VerifyUnwrapFunction.REJECTED).stream()
                .map(Rejected::reason)
                .toList();
    }

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

    @Test
    void carriesWhatMembersAndTheAggregatorSay() throws Exception {
        enrolEverybody();
        UpdateRef ref = new UpdateRef("anna", update.id, Digest.ZERO);
        Buffer buffer = new Buffer(1, 1);
        byte[] none = new byte[0];
        send(federation.signed(
                "receipts.m1",
                none,
                new ShareReceipts(
                        TestFederation.context(view, "m1", Purpose.SHARE_RECEIPTS),
                        List.of(
                                new ShareReceipts.Entry(ref, Optional.empty()),
                                new ShareReceipts.Entry(
                                        new UpdateRef("berta", update.id, Digest.ZERO),
                                        Optional.of(Reason.SHARE_CHECK_FAILED)))),
                none));
        RawRecord vote = federation.signed(
                "votes.m2",
                none,
                new UnmaskVote(
                        TestFederation.context(view, "m2", Purpose.UNMASK_VOTE),
                        buffer,
                        Digest.ZERO,
                        Optional.empty(),
                        List.of()),
                none);
        send(vote);
        byte[] sum = new byte[8192];
        sum[4] = 9;
        send(federation.signed(
                "responses.m3",
                none,
                new UnmaskResponse(
                        TestFederation.context(view, "m3", Purpose.UNMASK_RESPONSE),
                        buffer,
                        Digest.ZERO,
                        Digest.sha256(sum)),
                sum));
        UnmaskRequest request = new UnmaskRequest(
                TestFederation.context(view, "aggregator", Purpose.UNMASK_REQUEST),
                buffer,
                Digest.ZERO,
                List.of(ref),
                99,
                List.of());
        send(federation.signed("unmask-requests", "heart".getBytes(StandardCharsets.UTF_8), request, none));
        assertThat(reasons()).isEmpty();
        assertThat(events()).hasSize(5);
        RosterId roster = RosterId.of(request.context());
        assertThat(events().subList(0, 2))
                .containsExactly(
                        new CoordinatorEvent.ReceiptSeen("m1", roster, ref, Optional.empty()),
                        new CoordinatorEvent.ReceiptSeen(
                                "m1",
                                roster,
                                new UpdateRef("berta", update.id, Digest.ZERO),
                                Optional.of(Reason.SHARE_CHECK_FAILED)));
        assertThat(((CoordinatorEvent.VoteSeen) events().get(2)).record()).isEqualTo(vote.value());
        assertThat(((CoordinatorEvent.ResponseSeen) events().get(3)).words()).startsWith(0, 9, 0);
        assertThat(events().get(4)).isEqualTo(new CoordinatorEvent.OwnRequestSeen(request));
    }

    @Test
    void readsItsOwnNotesBack() throws Exception {
        enrolEverybody();
        byte[] none = new byte[0];
        Fence fence = new Fence(TestFederation.context(view, "aggregator", Purpose.FENCE), new StartId(1, 2));
        CohortBroken broken = new CohortBroken(
                TestFederation.context(view, "aggregator", Purpose.COHORT_BROKEN),
                new Buffer(1, 1),
                Digest.ZERO,
                Reason.COHORT_BROKEN);
        send(federation.signed("unmask-requests", Topics.fenceKey("heart"), fence, none));
        send(federation.signed("model-manifests", Topics.fenceKey("heart"), fence, none));
        send(federation.signed("model-manifests", Topics.brokenKey("heart"), broken, none));
        UpdateWithdrawal withdrawal = new UpdateWithdrawal(
                TestFederation.context(view, "anna", Purpose.UPDATE_WITHDRAWAL), update.id, Digest.ZERO);
        send(federation.signed("withdrawals.anna", update.id.toBytes(), withdrawal, none));
        assertThat(reasons()).isEmpty();
        String start = new StartId(1, 2).toString();
        assertThat(events())
                .containsExactly(
                        new CoordinatorEvent.OwnFenceSeen(start, CoordinatorEvent.OwnFenceSeen.Among.REQUESTS),
                        new CoordinatorEvent.OwnFenceSeen(start, CoordinatorEvent.OwnFenceSeen.Among.MANIFESTS),
                        new CoordinatorEvent.OwnBrokenSeen(new Buffer(1, 1), Digest.ZERO),
                        new CoordinatorEvent.WithdrawalSeen(new UpdateKey("anna", update.id)));
        // Where a request is due, a fence is none.
        send(federation.signed("unmask-requests", Topics.modelKey("heart"), fence, none));
        assertThat(reasons()).containsExactly(Reason.BAD_SIGNATURE);
    }

    /** As members do among themselves. A vote's policy may be an older one: it says nothing of the cohort. */
    @Test
    void refusesMembersOfAnotherRosterAndTheRevoked() throws Exception {
        enrolEverybody();
        Context current = TestFederation.context(view, "m1", Purpose.UNMASK_VOTE);
        sendVote(context(current, current.rosterEpoch(), current.rosterDigest(), 99));
        assertThat(events()).hasExactlyElementsOfTypes(CoordinatorEvent.VoteSeen.class);
        sendVote(context(current, 1, Digest.ZERO, 0));
        sendVote(context(current, 0, current.rosterDigest(), 0));
        sendVote(current.withSender("anna"));
        harness.processBroadcastElement(federation.raw(federation.authority.revocation("m1", 1, 500, "left")), 0);
        harness.setProcessingTime(500);
        sendVote(current);
        assertThat(reasons())
                .containsExactly(Reason.WRONG_EPOCH, Reason.WRONG_EPOCH, Reason.WRONG_SENDER, Reason.REVOKED);
        assertThat(events()).hasSize(1);
    }

    private void sendVote(Context context) throws Exception {
        UnmaskVote vote = new UnmaskVote(context, new Buffer(1, 1), Digest.ZERO, Optional.empty(), List.of());
        send(federation.signed("votes." + context.sender(), new byte[0], vote, new byte[0]));
    }

    private static Context context(Context like, int epoch, Digest roster, long policy) {
        return new Context(
                like.version(),
                like.suite(),
                like.federation(),
                epoch,
                roster,
                policy,
                like.model(),
                like.sender(),
                like.purpose());
    }

    @Test
    void letsTheAuthorityAloneSetTheInitialModel() throws Exception {
        enrolEverybody();
        byte[] parameters = new byte[96 * 2048 * 4];
        parameters[3] = 0x40;
        ModelShard shard = new ModelShard(
                TestFederation.context(view, "authority", Purpose.MODEL_SHARD), 0, 0, 2, Digest.sha256(parameters));
        byte[] record = SignedRecords.seal(shard, parameters, federation.authority.key());
        send(federation.raw("initial-models", new byte[0], record));
        assertThat(harness.extractOutputValues()).singleElement().satisfies(payload -> {
            ShardPayload.InitialShard initial = (ShardPayload.InitialShard) payload;
            assertThat(initial.parameters()).isEqualTo(parameters);
            assertThat(initial.context().sender()).isEqualTo("aggregator");
        });
        byte[] byAnna = SignedRecords.seal(shard, parameters, federation.identity("anna"));
        send(federation.raw("initial-models", new byte[0], byAnna));
        assertThat(reasons()).containsExactly(Reason.BAD_SIGNATURE);
    }
}
