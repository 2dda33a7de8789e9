package org.silofold.schemas.rules;

import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;

/** Field ranges of what aggregator and committee say to each other. */
final class CommitteeRules {
    private static final Fields RECEIPTS = new Fields("shareReceipts");
    private static final Fields REQUEST = new Fields("unmaskRequest");
    private static final Fields VOTE = new Fields("unmaskVote");
    private static final Fields RESPONSE = new Fields("unmaskResponse");
    private static final Fields NEVER_VOTED = new Fields("neverVoted");
    private static final Fields BROKEN = new Fields("cohortBroken");

    private CommitteeRules() {}

    static void check(ShareReceipts receipts) {
        RECEIPTS.distinctRefs(
                "entries",
                receipts.entries().stream().map(ShareReceipts.Entry::update).toList(),
                1);
    }

    static void check(UnmaskRequest request) {
        buffer(REQUEST, request.buffer());
        REQUEST.sortedRefs("cohort", request.cohort(), 1);
        REQUEST.atLeast("expiryMillis", request.expiryMillis(), 0);
        REQUEST.count("abandonments", request.abandonments(), 0, FieldLimits.ABANDONMENTS);
        for (byte[] refusal : request.abandonments()) {
            REQUEST.length("abandonments", refusal, 1, FieldLimits.ABANDONMENT_BYTES);
        }
    }

    static void check(UnmaskVote vote) {
        buffer(VOTE, vote.buffer());
        VOTE.distinctRefs("inTheWay", vote.inTheWay(), 0);
        VOTE.that(vote.refused().isPresent() || vote.inTheWay().isEmpty(), "inTheWay", "must be empty in a vote");
    }

    static void check(UnmaskResponse response) {
        buffer(RESPONSE, response.buffer());
    }

    static void check(NeverVoted never) {
        NEVER_VOTED.distinctRefs("updates", never.updates(), 1);
    }

    static void check(CohortBroken broken) {
        buffer(BROKEN, broken.buffer());
    }

    private static void buffer(Fields fields, Buffer buffer) {
        fields.atLeast("buffer.version", buffer.version(), 1);
        fields.atLeast("buffer.attempt", buffer.attempt(), 1);
    }
}
