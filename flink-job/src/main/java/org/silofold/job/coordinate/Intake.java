package org.silofold.job.coordinate;

import java.util.Optional;
import org.silofold.job.coordinate.TrackedUpdate.Receipt;
import org.silofold.job.event.CoordinatorEvent.ManifestSeen;
import org.silofold.job.event.CoordinatorEvent.ReceiptSeen;
import org.silofold.job.event.CoordinatorEvent.ShardSeen;
import org.silofold.job.event.CoordinatorEvent.UpdateRefused;
import org.silofold.job.event.CoordinatorEvent.WithdrawalSeen;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.Terms;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.reason.Reason;

/**
 * Takes in what is seen of updates. It only records: what is wrong is noted as the update's fault, and {@link Sweep} ends it. The
 * first of two records for one place stands.
 */
final class Intake {
    /** The sequence of an update of which no header was read yet that was in order. */
    static final long NO_SEQUENCE = Long.MIN_VALUE;

    private Intake() {}

    /** Whether anything but the shard's digest changed: then the other rules must look at the update. */
    static boolean shard(Step step, ShardSeen seen) {
        UpdateKey key = new UpdateKey(seen.silo(), seen.updateId());
        if (step.state().ended().contains(key, seen.sequence())) {
            step.fold(new FoldCommand.Drop(key));
            return false;
        }
        TrackedUpdate update = step.state().updates().get(key);
        boolean isNew = update == null;
        if (isNew) {
            update = track(step, key, seen.sequence());
        }
        if (update.shards().isEmpty()) {
            if (seen.count() < 1) {
                fault(step, update, Reason.WRONG_SHAPE);
                return true;
            }
            update.setShards(new ShardSet(seen.count()));
        }
        ShardSet shards = update.shards().get();
        if (!update.hasSequence(seen.sequence())) {
            fault(step, update, Reason.CONFLICTING_DUPLICATE);
            return true;
        }
        return switch (shards.add(seen.index(), seen.count(), seen.payloadDigest())) {
            case NEW -> isNew || shards.isComplete();
            case REPEATED -> false;
            case CONFLICTING -> {
                fault(step, update, Reason.CONFLICTING_DUPLICATE);
                yield true;
            }
        };
    }

    static void manifest(Step step, ManifestSeen seen) {
        UpdateKey key = UpdateKey.of(seen.update());
        long sequence = seen.core().sequence();
        if (step.state().ended().contains(key, sequence)) {
            return;
        }
        TrackedUpdate update = step.state().updates().get(key);
        if (update == null) {
            update = track(step, key, sequence);
        }
        if (update.manifest().isPresent()) {
            if (!update.manifest().get().ref().equals(seen.update())) {
                fault(step, update, Reason.CONFLICTING_DUPLICATE);
            }
            return;
        }
        update.setManifest(TrackedUpdate.Manifest.of(seen));
        if (!update.hasSequence(sequence)) {
            fault(step, update, Reason.CONFLICTING_DUPLICATE);
        }
        if (isOld(step.state(), key, sequence)) {
            fault(step, update, Reason.OLD_SEQUENCE);
        }
        step.state().newestSequences().merge(key.silo(), sequence, Math::max);
    }

    /**
     * Whether the sequence was used before, or may have been. Manifests of one silo are verified side by side and overtake each other, so an
     * earlier one is in order as long as those that ended since are remembered by name.
     */
    private static boolean isOld(CoordinatorState state, UpdateKey key, long sequence) {
        Long newest = state.newestSequences().get(key.silo());
        if (newest == null || sequence > newest) {
            return false;
        }
        return sequence <= newest - EndedUpdates.REMEMBERED
                || state.ended().hasSequence(key.silo(), sequence)
                || state.updates().values().stream()
                        .anyMatch(other -> other.key().silo().equals(key.silo())
                                && !other.key().equals(key)
                                && other.manifest().isPresent()
                                && other.sequence() == sequence);
    }

    /** Something of the update was refused for good where it was read: it cannot become complete. */
    static void refused(Step step, UpdateRefused refused) {
        UpdateKey key = refused.update();
        if (step.state().ended().contains(key)) {
            return;
        }
        TrackedUpdate update = step.state().updates().get(key);
        if (update == null && step.state().registry().isEmpty()) {
            // Without terms nothing ends, so nothing is begun for what is refused.
            return;
        }
        fault(step, update == null ? track(step, key, NO_SEQUENCE) : update, refused.reason());
    }

    /**
     * The silo takes its update back. One that is requested stays until its cohort is certified, which spends it, or abandoned, which ends it.
     *
     * @return whether that is news
     */
    static boolean withdrawn(Step step, WithdrawalSeen seen) {
        UpdateKey key = seen.update();
        if (step.state().ended().contains(key)) {
            return false;
        }
        TrackedUpdate update = step.state().updates().get(key);
        boolean again = update != null && update.fault().isPresent();
        (update == null ? track(step, key, NO_SEQUENCE) : update).setFault(Reason.WITHDRAWN);
        return !again;
    }

    /**
     * A receipt may overtake its update's records, or the registry under which it was let in: then it is kept until they come. Members do not
     * say it again.
     *
     * @return whether it says something new of an update that is there
     */
    static boolean receipt(Step step, ReceiptSeen seen) {
        UpdateKey key = UpdateKey.of(seen.update());
        CoordinatorState state = step.state();
        Optional<ModelRegistry> known =
                state.registry().filter(r -> seen.roster().epoch() <= r.roster().epoch());
        if (known.isPresent() && !isOf(known.get(), seen)) {
            return false;
        }
        TrackedUpdate update = state.updates().get(key);
        if (update == null || known.isEmpty() || !Seats.mayStillSpeak(step, seen.member())) {
            if (!state.ended().contains(key)) {
                state.early().keep(seen);
            }
            return false;
        }
        Receipt before = update.receipts().get(seen.member());
        return !update.receipts()
                .merge(seen.member(), Receipt.of(seen), Receipt::orLater)
                .equals(before);
    }

    /** The registry or the time is another: receipts that came ahead of it count now. Whose they are is asked again when they are counted. */
    static void earlyReceipts(CoordinatorState state) {
        for (TrackedUpdate update : state.updates().values()) {
            state.early().takeReceipts(update.key()).forEach((member, receipt) -> update.receipts()
                    .merge(member, receipt, Receipt::orLater));
        }
    }

    /** Whether it is a member's of the roster, and on a silo's of it. */
    private static boolean isOf(ModelRegistry registry, ReceiptSeen seen) {
        return Seats.isSeated(Terms.of(registry), seen.member(), seen.roster())
                && registry.roster().silos().contains(seen.update().silo());
    }

    private static TrackedUpdate track(Step step, UpdateKey key, long sequence) {
        TrackedUpdate update = new TrackedUpdate(key, step.state().nextArrival(), step.now(), sequence);
        update.receipts().putAll(step.state().early().takeReceipts(key));
        step.state().updates().put(key, update);
        return update;
    }

    private static void fault(Step step, TrackedUpdate update, Reason reason) {
        if (update.stage() == Stage.REQUESTED) {
            step.audit(AuditEvents.CONFLICTING_DUPLICATE, "update", update.key().toString());
        } else {
            update.setFault(reason);
        }
    }
}
