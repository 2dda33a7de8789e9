package org.silofold.simulation;

import java.util.Optional;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.reason.Reason;

/** A record of a topic, verified. */
sealed interface Post {
    /** An update's one shard. */
    record Shard(MadeUpdate update) implements Post {}

    /** An update's manifest. */
    record Manifest(MadeUpdate update) implements Post {}

    /** One entry of a member's receipts; the context is that of the record. */
    record Receipt(Context context, UpdateRef update, Optional<Reason> refused) implements Post {}

    /** A silo asks for an update back. */
    record Withdrawal(UpdateWithdrawal withdrawal) implements Post {}

    /** A member's promise never to vote for updates. */
    record Promise(NeverVoted promise) implements Post {}

    /** A member's answer to a cohort. */
    record Vote(UnmaskVote vote) implements Post {}

    /** A member's sum of shares. */
    record Response(UnmaskResponse response, int[] words) implements Post {}

    /** A request of the aggregator. */
    record Request(UnmaskRequest request) implements Post {}

    /** A model manifest. */
    record Model(ModelManifest manifest, Digest digest) implements Post {}

    /** A fence of one start of the aggregator, in one of the topics that it speaks in. */
    record Fence(String startId, CoordinatorEvent.OwnFenceSeen.Among among) implements Post {}

    /** The aggregator's note that a cohort is broken. */
    record Broken(CohortBroken note) implements Post {}

    /** What the aggregator says became of an update. */
    record Fate(UpdateFate fate) implements Post {}
}
