package org.silofold.protocol.message;

import java.util.List;
import java.util.Optional;

/**
 * A published model version. Holds nothing that a replay would change: no time, no random value.
 *
 * @param context the context
 * @param version the model version, 0 for the initial model
 * @param previousDigest digest of the manifest before it; for version 0 the model specification's digest
 * @param attempt the attempt whose cohort was opened; 0 for version 0 and void versions
 * @param cohort the updates in it; empty for version 0 and void versions
 * @param shardsRoot Merkle root over the shards' payload digests
 * @param shardCount shards in the model
 * @param modelSpecDigest digest of the model specification's signed bytes
 * @param sumOfWeights what the mean divides by: the opened sum of the cohort's weights, or what stands for it under a private policy (docs/protocol.md, 3.7)
 * @param metrics sums over the cohort of the silos' evaluation metrics, in the specification's order
 * @param optimizer code of the server optimiser that made the step
 * @param secretSumDigest SHA-256 of the secret sum's words, little-endian; {@link Digest#ZERO} for version 0 and void versions
 * @param privacy what of its privacy budget the silo that spent most may have spent, up to this version and with it; empty without
 *     such a policy
 * @param voidVersion digest of the authority's document by which this version repeats the parameters of the one before; empty for a
 *     version that was opened
 */
public record ModelManifest(
        Context context,
        long version,
        Digest previousDigest,
        int attempt,
        List<UpdateRef> cohort,
        Digest shardsRoot,
        int shardCount,
        Digest modelSpecDigest,
        double sumOfWeights,
        List<MetricSum> metrics,
        String optimizer,
        Digest secretSumDigest,
        Optional<PrivacySpent> privacy,
        Optional<Digest> voidVersion)
        implements Message {
    /**
     * @param name the metric's name in the model specification
     * @param sum its sum over the cohort, in the metric's own unit
     */
    public record MetricSum(String name, double sum) {}

    /**
     * What a silo has spent of its privacy budget.
     *
     * @param epsilon above 0
     * @param delta above 0, below 1
     */
    public record PrivacySpent(double epsilon, double delta) {}
}
