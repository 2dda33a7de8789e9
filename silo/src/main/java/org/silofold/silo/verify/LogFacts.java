package org.silofold.silo.verify;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/**
 * What the log says, as far as it verifies: each record is signed by the party whose word it is. In the order in which it was read.
 *
 * @param manifests of versions
 * @param requests of cohorts
 * @param shards of published versions
 * @param updates the first manifest of each update
 * @param fates of updates
 * @param fences among the manifests
 * @param rejections by reason code
 * @param unverified records in topics of silos and members that their owner did not sign, by topic: anybody's junk, which counts for nothing
 * @param findings records in the topics of the authority and the aggregator that neither signed
 * @param gaps topics of which something is missing
 */
public record LogFacts(
        List<Manifest> manifests,
        List<Request> requests,
        List<Shard> shards,
        List<Update> updates,
        List<Fate> fates,
        List<Fence> fences,
        SortedMap<String, Long> rejections,
        SortedMap<String, Long> unverified,
        List<Finding> findings,
        Gaps gaps) {
    /**
     * A version's manifest.
     *
     * @param at where it is
     * @param manifest what it says
     * @param digest of its signed bytes
     * @param record the whole record
     * @param timestampMillis when it was written, epoch milliseconds
     */
    public record Manifest(Origin at, ModelManifest manifest, Digest digest, byte[] record, long timestampMillis) {}

    /**
     * A request to open a cohort.
     *
     * @param at where it is
     * @param request what it says
     * @param cohort digest of the cohort
     */
    public record Request(Origin at, UnmaskRequest request, Digest cohort) {}

    /**
     * A shard of a published version.
     *
     * @param at where it is
     * @param model its model
     * @param version its version
     * @param index its index
     * @param leaf digest of its parameters
     */
    public record Shard(Origin at, String model, long version, int index, Digest leaf) {}

    /**
     * An update.
     *
     * @param at where its manifest is
     * @param model its model
     * @param ref which
     * @param baseVersion the version that its silo trained from
     * @param expiryMillis after which it joins no cohort, epoch milliseconds, by its silo's clock
     * @param complete whether the log holds the shards that its manifest names
     * @param rejected why the aggregator turned every copy of its manifest or of a shard of it away, if it did
     * @param mayBeRejected whether it turned records of the update's topics away of which it only said how many there were
     */
    public record Update(
            Origin at,
            String model,
            UpdateRef ref,
            long baseVersion,
            long expiryMillis,
            boolean complete,
            Optional<Reason> rejected,
            boolean mayBeRejected) {}

    /**
     * What the aggregator said of an update.
     *
     * @param at where
     * @param fate what
     * @param timestampMillis when it was written, epoch milliseconds
     */
    public record Fate(Origin at, UpdateFate fate, long timestampMillis) {}

    /**
     * A start of the aggregator's job, or a version that it confirms after one.
     *
     * @param model the model
     * @param timestampMillis when it was written, epoch milliseconds
     */
    public record Fence(String model, long timestampMillis) {}
}
