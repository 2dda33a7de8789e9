package org.silofold.simulation;

import java.util.Optional;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.reason.Reason;

/** What the aggregator asks of a record before its coordinator hears of it: may the sender say this now? */
final class Ingest {
    private Ingest() {}

    /** Whether the record names a roster or policy of which the registry has not heard: it waits. */
    static boolean isBehind(Registry registry, Post post) {
        return context(post).map(registry::isBehind).orElse(false);
    }

    /** Why the record is turned away, if it is. */
    static Optional<Reason> refusal(Registry registry, Post post, long now) {
        Optional<Context> context = context(post);
        if (context.isEmpty()) {
            return Optional.empty();
        }
        String sender = context.get().sender();
        if (post instanceof Post.Withdrawal) {
            return when(!registry.seats().silos().contains(sender), Reason.WRONG_SENDER);
        }
        if (post instanceof Post.Shard || post instanceof Post.Manifest) {
            return when(!registry.seats().silos().contains(sender), Reason.WRONG_SENDER)
                    .or(() -> when(registry.isBarred(sender, now), Reason.REVOKED))
                    .or(() -> when(!registry.isOfEpoch(context.get()), Reason.WRONG_EPOCH))
                    .or(() -> when(
                            context.get().policySequence() != registry.terms().sequence(), Reason.WRONG_POLICY));
        }
        return when(!registry.isOfEpoch(context.get()), Reason.WRONG_EPOCH)
                .or(() -> when(registry.seats().point(sender) == 0, Reason.WRONG_SENDER))
                .or(() -> when(registry.isBarred(sender, now), Reason.REVOKED));
    }

    /** The context of what others than the aggregator say. */
    private static Optional<Context> context(Post post) {
        if (post instanceof Post.Shard shard) {
            return Optional.of(shard.update().core().context());
        } else if (post instanceof Post.Manifest manifest) {
            return Optional.of(manifest.update().core().context());
        } else if (post instanceof Post.Receipt receipt) {
            return Optional.of(receipt.context());
        } else if (post instanceof Post.Vote vote) {
            return Optional.of(vote.vote().context());
        } else if (post instanceof Post.Response response) {
            return Optional.of(response.response().context());
        } else if (post instanceof Post.Withdrawal withdrawal) {
            return Optional.of(withdrawal.withdrawal().context());
        }
        return Optional.empty();
    }

    private static Optional<Reason> when(boolean wrong, Reason reason) {
        return wrong ? Optional.of(reason) : Optional.empty();
    }
}
