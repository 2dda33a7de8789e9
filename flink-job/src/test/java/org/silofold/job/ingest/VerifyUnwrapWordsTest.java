package org.silofold.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.RawRecord;
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

/** What members, the aggregator's own log and the authority say. */
final class VerifyUnwrapWordsTest extends VerifyUnwrapFixture {
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
                        new CoordinatorEvent.OwnBrokenSeen(new Buffer(1, 1), Digest.ZERO, Reason.COHORT_BROKEN),
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
