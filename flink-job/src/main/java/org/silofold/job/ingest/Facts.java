package org.silofold.job.ingest;

import java.util.ArrayList;
import java.util.List;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen.Among;
import org.silofold.job.event.RosterId;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.TopicKind;

/** What verified records without sealed parts tell the coordinator. */
final class Facts {
    private Facts() {}

    /**
     * The events of a member's or the aggregator's own record.
     *
     * @param route where the record was
     * @param set the model's parameter set
     * @throws RejectedException if a response is no sum of shares
     */
    static List<CoordinatorEvent> of(SignedRecord<? extends Message> signed, Route route, ParameterSet set) {
        Message message = signed.message();
        Context context = message.context();
        if (message instanceof ShareReceipts receipts) {
            List<CoordinatorEvent> events = new ArrayList<>(receipts.entries().size());
            for (ShareReceipts.Entry entry : receipts.entries()) {
                events.add(new CoordinatorEvent.ReceiptSeen(
                        context.sender(), RosterId.of(context), entry.update(), entry.refused()));
            }
            return events;
        }
        if (message instanceof UnmaskVote vote) {
            return List.of(new CoordinatorEvent.VoteSeen(
                    context.sender(),
                    RosterId.of(context),
                    vote.buffer(),
                    vote.cohortDigest(),
                    vote.refused(),
                    vote.inTheWay(),
                    signed.record()));
        }
        if (message instanceof UnmaskResponse response) {
            if (signed.payloadLength() != set.blockBytes()) {
                throw new RejectedException(
                        Reason.WRONG_SHAPE,
                        "a response of " + signed.payloadLength() + " bytes, not " + set.blockBytes());
            }
            // Words that are not below q are the coordinator's to judge: they count against the member's standing.
            int[] words = new int[set.n()];
            for (int i = 0; i < words.length; i++) {
                words[i] = Words.get(signed.record(), signed.payloadOffset() + i * Words.BYTES);
            }
            return List.of(new CoordinatorEvent.ResponseSeen(
                    context.sender(), RosterId.of(context), response.buffer(), response.cohortDigest(), words));
        }
        if (message instanceof UnmaskRequest request) {
            return List.of(new CoordinatorEvent.OwnRequestSeen(request));
        }
        if (message instanceof ModelManifest manifest) {
            return List.of(new CoordinatorEvent.OwnManifestSeen(manifest, signed.digest()));
        }
        if (message instanceof CohortBroken broken) {
            return List.of(new CoordinatorEvent.OwnBrokenSeen(broken.buffer(), broken.cohortDigest(), broken.reason()));
        }
        if (message instanceof Fence fence) {
            Among among = route.kind() == TopicKind.UNMASK_REQUESTS ? Among.REQUESTS : Among.MANIFESTS;
            return List.of(new CoordinatorEvent.OwnFenceSeen(fence.start().toString(), among));
        }
        if (message instanceof UpdateWithdrawal withdrawal) {
            return List.of(new CoordinatorEvent.WithdrawalSeen(UpdateKey.of(withdrawal.update())));
        }
        throw new IllegalArgumentException("no fact: " + message.getClass().getSimpleName());
    }
}
