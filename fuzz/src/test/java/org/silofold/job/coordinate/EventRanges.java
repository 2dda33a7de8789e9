package org.silofold.job.coordinate;

import java.util.List;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.CoordinatorEvent.ManifestSeen;
import org.silofold.job.event.CoordinatorEvent.OwnManifestSeen;
import org.silofold.job.event.CoordinatorEvent.OwnRequestSeen;
import org.silofold.job.event.CoordinatorEvent.ReceiptSeen;
import org.silofold.job.event.CoordinatorEvent.ShardSeen;
import org.silofold.job.event.CoordinatorEvent.UpdateRefused;
import org.silofold.job.event.CoordinatorEvent.VoteSeen;
import org.silofold.job.event.CoordinatorEvent.WithdrawalSeen;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.share.ShareCheck;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.schemas.rules.Names;

/** The ranges of the headers that events are made of, which the coordinator may rely on. */
final class EventRanges {
    private EventRanges() {}

    /** Whether a header could say so. */
    static boolean allow(Federation federation, CoordinatorEvent event) {
        Message message = null;
        try {
            if (event instanceof ShardSeen seen) {
                UpdateShard.Core core = new UpdateShard.Core(
                        federation
                                .registry()
                                .context()
                                .withPurpose(Purpose.UPDATE_SHARD)
                                .withSender(seen.silo()),
                        seen.updateId(),
                        seen.sequence(),
                        seen.index(),
                        seen.count(),
                        wrapped(),
                        Digest.ZERO);
                message = new UpdateShard(core, HeaderCodec.encodeCore(core), seen.payloadDigest());
            } else if (event instanceof ManifestSeen seen) {
                message = manifest(seen.core());
                if (!seen.update().silo().equals(seen.core().context().sender())
                        || !seen.update().updateId().equals(seen.core().updateId())) {
                    return false;
                }
            } else if (event instanceof VoteSeen seen) {
                message = new UnmaskVote(
                        federation
                                .registry()
                                .context()
                                .withPurpose(Purpose.UNMASK_VOTE)
                                .withSender(seen.member()),
                        seen.buffer(),
                        seen.cohortDigest(),
                        seen.refused(),
                        seen.inTheWay());
            } else if (event instanceof ReceiptSeen seen) {
                message = new ShareReceipts(
                        federation
                                .registry()
                                .context()
                                .withPurpose(Purpose.SHARE_RECEIPTS)
                                .withSender(seen.member()),
                        List.of(new ShareReceipts.Entry(seen.update(), seen.refused())));
            } else if (event instanceof UpdateRefused seen) {
                return Names.isName(seen.update().silo());
            } else if (event instanceof WithdrawalSeen seen) {
                return Names.isName(seen.update().silo());
            } else if (event instanceof OwnRequestSeen seen) {
                message = seen.request();
            } else if (event instanceof OwnManifestSeen seen) {
                message = seen.manifest();
            }
            if (message != null) {
                HeaderCodec.encode(message);
            }
            return true;
        } catch (RejectedException e) {
            return false;
        }
    }

    private static List<WrappedKey> wrapped() {
        return List.of(new WrappedKey("aggregator", new byte[1088], new byte[48]));
    }

    /** The test's cores leave out what the coordinator does not look at. */
    private static UpdateManifest manifest(UpdateManifest.Core core) {
        int n = Math.max(0, Math.min(core.memberCount(), 64));
        UpdateManifest.Core whole = new UpdateManifest.Core(
                core.context(),
                core.updateId(),
                core.sequence(),
                core.baseVersion(),
                core.baseDigest(),
                core.tau(),
                core.weightRule(),
                core.expiryMillis(),
                core.memberCount(),
                core.threshold(),
                core.repetitions(),
                core.parameterSet(),
                core.modelSpecDigest(),
                core.parameterCount(),
                core.shardCount(),
                wrapped(),
                core.cekDigest(),
                java.util.Collections.nCopies(n, new byte[1088]),
                core.shardsRoot());
        int rows = core.repetitions() == ShareCheck.REPETITIONS
                ? ShareCheck.REPETITIONS
                : Math.max(0, Math.min(core.repetitions(), 64));
        int[][] z = new int[rows][Math.max(0, Math.min(core.threshold(), 64))];
        return new UpdateManifest(
                whole, HeaderCodec.encodeCore(whole), Digest.ZERO, java.util.Collections.nCopies(n, Digest.ZERO), z);
    }
}
