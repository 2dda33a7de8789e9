package org.silofold.protocol.message;

import java.util.List;

/**
 * An update's manifest. The payload is the sealed meta block followed by the n sealed share packets, in member order.
 *
 * @param core the header before payload digest, commitments and check polynomials
 * @param coreBytes the exact bytes of {@code core} as signed
 * @param payloadDigest SHA-256 of the payload
 * @param commitments h_1..h_n
 * @param checkPolynomials z: R rows of t coefficients, each an unsigned word below q
 */
public record UpdateManifest(
        Core core, byte[] coreBytes, Digest payloadDigest, List<Digest> commitments, int[][] checkPolynomials)
        implements Message {
    /**
     * What the share check's challenge is derived from.
     *
     * @param context the context
     * @param updateId the update
     * @param sequence this silo's update counter for the model
     * @param baseVersion version that the silo trained from
     * @param baseDigest that version's manifest digest
     * @param tau latest version the silo had seen minus {@code baseVersion}
     * @param weightRule code of the weight rule in policy
     * @param expiryMillis epoch milliseconds after which the update may not join a cohort
     * @param memberCount n
     * @param threshold t
     * @param repetitions R
     * @param parameterSet name of the mask's parameter set
     * @param modelSpecDigest digest of the model specification's signed bytes
     * @param parameterCount parameters in the update
     * @param shardCount shards in the update
     * @param wrappedKeys the content key for the aggregator and each auditor
     * @param cekDigest SHA-256 of {@code silofold/v1/cek} and the content key
     * @param memberCiphertexts n KEM ciphertexts, in member order
     * @param shardsRoot Merkle root over the shards' payload digests
     */
    public record Core(
            Context context,
            UpdateId updateId,
            long sequence,
            long baseVersion,
            Digest baseDigest,
            int tau,
            String weightRule,
            long expiryMillis,
            int memberCount,
            int threshold,
            int repetitions,
            String parameterSet,
            Digest modelSpecDigest,
            long parameterCount,
            int shardCount,
            List<WrappedKey> wrappedKeys,
            Digest cekDigest,
            List<byte[]> memberCiphertexts,
            Digest shardsRoot) {}

    @Override
    public Context context() {
        return core.context();
    }

    /** SHA-256 of the core's exact bytes. */
    public Digest coreDigest() {
        return Digest.sha256(coreBytes);
    }
}
