package org.silofold.job.coordinate;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.silofold.job.event.CoordinatorEvent.ManifestSeen;
import org.silofold.job.event.CoordinatorEvent.ReceiptSeen;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/** An update that has not ended: what was seen of it, and how far it has come. */
final class TrackedUpdate {
    /**
     * A manifest as far as rules need it.
     *
     * @param ref the update, pinned to this manifest
     * @param core the core without wrapped keys and member ciphertexts
     * @param metaWords the masked meta block
     */
    record Manifest(UpdateRef ref, UpdateManifest.Core core, int[] metaWords) {
        static Manifest of(ManifestSeen seen) {
            UpdateManifest.Core c = seen.core();
            UpdateManifest.Core kept = new UpdateManifest.Core(
                    c.context(),
                    c.updateId(),
                    c.sequence(),
                    c.baseVersion(),
                    c.baseDigest(),
                    c.tau(),
                    c.weightRule(),
                    c.expiryMillis(),
                    c.memberCount(),
                    c.threshold(),
                    c.repetitions(),
                    c.parameterSet(),
                    c.modelSpecDigest(),
                    c.parameterCount(),
                    c.shardCount(),
                    List.of(),
                    c.cekDigest(),
                    List.of(),
                    c.shardsRoot());
            return new Manifest(seen.update(), kept, seen.metaWords());
        }
    }

    /**
     * What a member said of its share.
     *
     * @param manifestDigest of which manifest
     * @param refused empty if it accepted
     */
    record Receipt(Digest manifestDigest, Optional<Reason> refused) {
        static Receipt of(ReceiptSeen seen) {
            return new Receipt(seen.update().manifestDigest(), seen.refused());
        }

        /**
         * What stands of this receipt and a later one. An acceptance stands, also when the silo sends another manifest later, which the
         * member then refuses; a refusal gives way to a later receipt.
         */
        Receipt orLater(Receipt later) {
            return refused.isEmpty() ? this : later;
        }
    }

    private final UpdateKey key;
    private final long arrival;
    private final long firstSeenMillis;
    private final SortedMap<String, Receipt> receipts = new TreeMap<>();
    private final SortedSet<Digest> abandonedCohorts = new TreeSet<>();
    private long sequence;
    private Optional<ShardSet> shards = Optional.empty();
    private Optional<Manifest> manifest = Optional.empty();
    private Optional<Reason> fault = Optional.empty();
    private OptionalLong accumulator = OptionalLong.empty();
    private Stage stage = Stage.GATHERING;
    private boolean complete;
    private boolean accepted;
    private long bufferedAtMillis;

    /**
     * @param key which
     * @param arrival its place in the order in which updates were first seen
     * @param firstSeenMillis when that was
     * @param sequence the silo's update counter
     */
    TrackedUpdate(UpdateKey key, long arrival, long firstSeenMillis, long sequence) {
        this.sequence = sequence;
        this.key = key;
        this.arrival = arrival;
        this.firstSeenMillis = firstSeenMillis;
    }

    UpdateKey key() {
        return key;
    }

    long arrival() {
        return arrival;
    }

    long firstSeenMillis() {
        return firstSeenMillis;
    }

    /** Receipts by member. */
    SortedMap<String, Receipt> receipts() {
        return receipts;
    }

    /** Digests of the abandoned cohorts this update was freed from: a request that lists it must carry their refusals. */
    SortedSet<Digest> abandonedCohorts() {
        return abandonedCohorts;
    }

    /** The silo's update counter; {@link Intake#NO_SEQUENCE} as long as nothing of the update itself was in order. */
    long sequence() {
        return sequence;
    }

    /** Takes this sequence if it has none; whether it has this one now. */
    boolean hasSequence(long value) {
        if (sequence == Intake.NO_SEQUENCE) {
            sequence = value;
        }
        return sequence == value;
    }

    Optional<ShardSet> shards() {
        return shards;
    }

    void setShards(ShardSet set) {
        shards = Optional.of(set);
    }

    Optional<Manifest> manifest() {
        return manifest;
    }

    void setManifest(Manifest value) {
        manifest = Optional.of(value);
    }

    /** Why this update must end as soon as it may, found where it was seen. */
    Optional<Reason> fault() {
        return fault;
    }

    /** The first fault found stands. */
    void setFault(Reason reason) {
        if (fault.isEmpty()) {
            fault = Optional.of(reason);
        }
    }

    /** The accumulator that its words were added to. */
    OptionalLong accumulator() {
        return accumulator;
    }

    void setAccumulator(OptionalLong value) {
        accumulator = value;
    }

    Stage stage() {
        return stage;
    }

    void setStage(Stage value) {
        stage = value;
    }

    /** Whether every shard was seen and their root is the manifest's. */
    boolean isComplete() {
        return complete;
    }

    void setComplete() {
        complete = true;
    }

    /** Notes completeness once every shard and the manifest are there; false if their root is not the manifest's. */
    boolean checkRoot() {
        if (!complete
                && manifest.isPresent()
                && shards.isPresent()
                && shards.get().isComplete()) {
            complete = shards.get().root().equals(manifest.get().core().shardsRoot());
            return complete;
        }
        return true;
    }

    /** Whether its silo was told that it is eligible. */
    boolean isAccepted() {
        return accepted;
    }

    void setAccepted() {
        accepted = true;
    }

    long bufferedAtMillis() {
        return bufferedAtMillis;
    }

    void setBufferedAtMillis(long value) {
        bufferedAtMillis = value;
    }

    /** Whether this member accepted its share of exactly this manifest. */
    boolean isAcceptedBy(String member) {
        Receipt receipt = receipts.get(member);
        return receipt != null
                && receipt.refused().isEmpty()
                && manifest.isPresent()
                && receipt.manifestDigest().equals(manifest.get().ref().manifestDigest());
    }

    /** How many of these members accepted their share. */
    int acceptances(List<String> committee) {
        int count = 0;
        for (String member : committee) {
            if (isAcceptedBy(member)) {
                count++;
            }
        }
        return count;
    }
}
