package org.silofold.schemas.rules;

import java.util.List;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.Weighting;

/** Field ranges of what silos send. */
final class UpdateRules {
    private static final Fields SHARD = new Fields("updateShard");
    private static final Fields MANIFEST = new Fields("updateManifest");

    private UpdateRules() {}

    static void check(UpdateShard.Core core) {
        SHARD.atLeast("sequence", core.sequence(), 0);
        SHARD.range("shardCount", core.shardCount(), 1, FieldLimits.SHARDS);
        SHARD.range("shardIndex", core.shardIndex(), 0, core.shardCount() - 1);
        wrappedKeys(SHARD, core.wrappedKeys());
    }

    static void check(UpdateManifest.Core core) {
        MANIFEST.atLeast("sequence", core.sequence(), 0);
        MANIFEST.atLeast("baseVersion", core.baseVersion(), 0);
        MANIFEST.range("tau", core.tau(), 0, FieldLimits.TAU);
        MANIFEST.known("weightRule", core.weightRule(), Weighting.Rule::ofCode);
        MANIFEST.atLeast("expiryMillis", core.expiryMillis(), 0);
        MANIFEST.range("memberCount", core.memberCount(), FieldLimits.MIN_MEMBERS, FieldLimits.MAX_MEMBERS);
        int threshold = new CommitteeSize(core.memberCount()).threshold();
        MANIFEST.range("threshold", core.threshold(), threshold, threshold);
        MANIFEST.range("repetitions", core.repetitions(), 1, FieldLimits.REPETITIONS);
        MANIFEST.code("parameterSet", core.parameterSet());
        MANIFEST.range("parameterCount", core.parameterCount(), 1, FieldLimits.PARAMETERS);
        MANIFEST.range("shardCount", core.shardCount(), 1, FieldLimits.SHARDS);
        wrappedKeys(MANIFEST, core.wrappedKeys());
        MANIFEST.count("memberCiphertexts", core.memberCiphertexts(), core.memberCount(), core.memberCount());
        for (byte[] ciphertext : core.memberCiphertexts()) {
            MANIFEST.length("memberCiphertexts", ciphertext, FieldLimits.KEM_CIPHERTEXT, FieldLimits.KEM_CIPHERTEXT);
        }
    }

    static void check(UpdateManifest manifest) {
        UpdateManifest.Core core = manifest.core();
        MANIFEST.count("commitments", manifest.commitments(), core.memberCount(), core.memberCount());
        MANIFEST.that(
                manifest.checkPolynomials().length == core.repetitions(),
                "checkPolynomials",
                "not one row for each repetition");
        for (int[] row : manifest.checkPolynomials()) {
            MANIFEST.that(row.length == core.threshold(), "checkPolynomials", "not t coefficients in a row");
        }
    }

    private static void wrappedKeys(Fields fields, List<WrappedKey> keys) {
        fields.count("wrappedKeys", keys, 1, FieldLimits.WRAPPED_KEYS);
        for (WrappedKey key : keys) {
            fields.name("wrappedKeys.recipient", key.recipient());
            fields.length(
                    "wrappedKeys.kemCiphertext",
                    key.kemCiphertext(),
                    FieldLimits.KEM_CIPHERTEXT,
                    FieldLimits.KEM_CIPHERTEXT);
            fields.length("wrappedKeys.wrapped", key.wrapped(), FieldLimits.WRAPPED_KEY, FieldLimits.WRAPPED_KEY);
        }
        fields.distinct(
                "wrappedKeys.recipient",
                keys.stream().map(WrappedKey::recipient).toList());
    }
}
