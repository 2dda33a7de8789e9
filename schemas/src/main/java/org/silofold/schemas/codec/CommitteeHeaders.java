package org.silofold.schemas.codec;

import java.nio.ByteBuffer;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.schemas.avro.NeverVotedHeader;
import org.silofold.schemas.avro.ShareReceiptEntry;
import org.silofold.schemas.avro.ShareReceiptsHeader;
import org.silofold.schemas.avro.UnmaskRequestHeader;
import org.silofold.schemas.avro.UnmaskResponseHeader;
import org.silofold.schemas.avro.UnmaskVoteHeader;
import org.silofold.schemas.avro.UpdateWithdrawalHeader;

/** Headers of what the committee says and is asked. */
final class CommitteeHeaders {
    private CommitteeHeaders() {}

    static ShareReceiptsHeader header(ShareReceipts receipts) {
        return new ShareReceiptsHeader(
                Shared.context(receipts.context()),
                Shared.list(
                        receipts.entries(),
                        entry -> new ShareReceiptEntry(Shared.ref(entry.update()), Shared.reason(entry.refused()))));
    }

    static ShareReceipts message(ShareReceiptsHeader header) {
        return new ShareReceipts(
                Shared.context(header.getContext()),
                Shared.list(
                        header.getEntries(),
                        entry -> new ShareReceipts.Entry(
                                Shared.ref(entry.getUpdate()),
                                Shared.reason("shareReceipts.entries.refused", entry.getRefused()))));
    }

    static UnmaskRequestHeader header(UnmaskRequest request) {
        return new UnmaskRequestHeader(
                Shared.context(request.context()),
                Shared.buffer(request.buffer()),
                Shared.digest(request.previousManifestDigest()),
                Shared.list(request.cohort(), Shared::ref),
                request.expiryMillis(),
                Shared.list(request.abandonments(), ByteBuffer::wrap));
    }

    static UnmaskRequest message(UnmaskRequestHeader header) {
        return new UnmaskRequest(
                Shared.context(header.getContext()),
                Shared.buffer(header.getBuffer()),
                Shared.digest(header.getPreviousManifestDigest()),
                Shared.list(header.getCohort(), Shared::ref),
                header.getExpiryMillis(),
                Shared.list(header.getAbandonments(), Shared::bytes));
    }

    static UnmaskVoteHeader header(UnmaskVote vote) {
        return new UnmaskVoteHeader(
                Shared.context(vote.context()),
                Shared.buffer(vote.buffer()),
                Shared.digest(vote.cohortDigest()),
                Shared.reason(vote.refused()),
                Shared.list(vote.inTheWay(), Shared::ref));
    }

    static UnmaskVote message(UnmaskVoteHeader header) {
        return new UnmaskVote(
                Shared.context(header.getContext()),
                Shared.buffer(header.getBuffer()),
                Shared.digest(header.getCohortDigest()),
                Shared.reason("unmaskVote.refused", header.getRefused()),
                Shared.list(header.getInTheWay(), Shared::ref));
    }

    static UnmaskResponseHeader header(UnmaskResponse response) {
        return new UnmaskResponseHeader(
                Shared.context(response.context()),
                Shared.buffer(response.buffer()),
                Shared.digest(response.cohortDigest()),
                Shared.digest(response.payloadDigest()));
    }

    static UnmaskResponse message(UnmaskResponseHeader header) {
        return new UnmaskResponse(
                Shared.context(header.getContext()),
                Shared.buffer(header.getBuffer()),
                Shared.digest(header.getCohortDigest()),
                Shared.digest(header.getPayloadDigest()));
    }

    static UpdateWithdrawalHeader header(UpdateWithdrawal withdrawal) {
        return new UpdateWithdrawalHeader(
                Shared.context(withdrawal.context()),
                Shared.updateId(withdrawal.updateId()),
                Shared.digest(withdrawal.manifestDigest()));
    }

    static UpdateWithdrawal message(UpdateWithdrawalHeader header) {
        return new UpdateWithdrawal(
                Shared.context(header.getContext()),
                Shared.updateId(header.getUpdateId()),
                Shared.digest(header.getManifestDigest()));
    }

    static NeverVotedHeader header(NeverVoted never) {
        return new NeverVotedHeader(Shared.context(never.context()), Shared.list(never.updates(), Shared::ref));
    }

    static NeverVoted message(NeverVotedHeader header) {
        return new NeverVoted(Shared.context(header.getContext()), Shared.list(header.getUpdates(), Shared::ref));
    }
}
