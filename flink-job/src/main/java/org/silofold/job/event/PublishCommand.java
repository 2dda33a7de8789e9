package org.silofold.job.event;

import java.util.List;
import java.util.Optional;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.UpdateRef;

/**
 * Publish this version once all its shards are done.
 *
 * @param context the manifest's context
 * @param version the version
 * @param previousDigest digest of the manifest before it; for version 0 the model specification's
 * @param attempt whose cohort was opened; 0 for version 0
 * @param cohort the updates in it, in cohort order; empty for version 0
 * @param shardCount shards in the model
 * @param modelSpecDigest digest of the model specification
 * @param sumOfWeights what the mean divides by; 0 for version 0
 * @param metrics opened sums of the metrics; empty for version 0
 * @param optimizer code of the optimiser
 * @param secretSumDigest SHA-256 of the secret sum's words, little-endian; {@link Digest#ZERO} for version 0
 * @param privacy what of its privacy budget a silo may have spent by this version; empty without such a policy
 * @param voidVersion digest of the authority's document that makes this version void; empty for an opened one
 * @param requiredRoot the root that the shards must have, for version 0 and for versions that the log already holds
 * @param published digest of this version's manifest if the log already holds it: then compare, and publish nothing
 * @param confirmation id of the fence to write if that comparison holds; present where {@code published} is
 */
public record PublishCommand(
        Context context,
        long version,
        Digest previousDigest,
        int attempt,
        List<UpdateRef> cohort,
        int shardCount,
        Digest modelSpecDigest,
        double sumOfWeights,
        List<ModelManifest.MetricSum> metrics,
        String optimizer,
        Digest secretSumDigest,
        Optional<ModelManifest.PrivacySpent> privacy,
        Optional<Digest> voidVersion,
        Optional<Digest> requiredRoot,
        Optional<Digest> published,
        Optional<StartId> confirmation) {
    /** Copies the lists. */
    public PublishCommand {
        if (published.isPresent() != confirmation.isPresent()) {
            throw new IllegalArgumentException("a published version, and it alone, is confirmed");
        }
        cohort = List.copyOf(cohort);
        metrics = List.copyOf(metrics);
    }

    /** The version and the attempt. */
    public Buffer buffer() {
        return new Buffer(version, attempt);
    }

    /** The manifest over shards with this Merkle root. */
    public ModelManifest manifest(Digest shardsRoot) {
        return new ModelManifest(
                context,
                version,
                previousDigest,
                attempt,
                cohort,
                shardsRoot,
                shardCount,
                modelSpecDigest,
                sumOfWeights,
                metrics,
                optimizer,
                secretSumDigest,
                privacy,
                voidVersion);
    }
}
