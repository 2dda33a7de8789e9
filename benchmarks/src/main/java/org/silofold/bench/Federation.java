package org.silofold.bench;

import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import org.silofold.protocol.encode.UpdateEncoder;
import org.silofold.protocol.envelope.AssociatedData;
import org.silofold.protocol.envelope.ContentKey;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.DiscreteGaussian;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Masker;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.codec.HeaderCodec;

/** One silo and one aggregator with a model of exactly one full shard: what the benchmarks measure with. */
final class Federation {
    static final ParameterSet SET = ParameterSet.MASK_2048_32;
    static final ShardLayout LAYOUT = new ShardLayout(SET, (long) ShardLayout.BLOCKS_PER_SHARD * SET.n());

    /** Parameters of a full shard: 196,608. */
    static final int PARAMETERS = LAYOUT.wordsIn(0);

    static final Encoding ENCODING = new Encoding(SET, 1.0, 16);
    static final String AGGREGATOR = "aggregator";

    final SecureRandom random = new SecureRandom();
    final PublicElements elements = PublicElements.of(SET, "bench", "model", 1);
    final DiscreteGaussian gaussian = new DiscreteGaussian(SET, KeyStream.fresh(random));
    final SigningKey identity = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65);
    final KemPrivateKey kem = KemPrivateKey.generate(Suite.ML_KEM_768_ML_DSA_65);
    final Context context = new Context(
            Context.VERSION,
            Suite.ML_KEM_768_ML_DSA_65.text(),
            "bench",
            1,
            Digest.sha256(new byte[] {1}),
            1,
            "model",
            "silo",
            Purpose.UPDATE_SHARD);
    final UpdateId updateId = UpdateId.of(bytes(UpdateId.LENGTH, 2));
    final ContentKey contentKey = ContentKey.generate(random);
    private final List<WrappedKey> wrapped =
            List.of(contentKey.wrapFor(AGGREGATOR, kem.publicKey(), context, updateId, random));

    /** A delta of the whole model, uniform in [-1, 1). */
    static float[] delta(long seed) {
        Random draw = new Random(seed);
        float[] delta = new float[PARAMETERS];
        for (int i = 0; i < delta.length; i++) {
            delta[i] = 2 * draw.nextFloat() - 1;
        }
        return delta;
    }

    static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** A shard's words, 768 KiB; a fresh masker each time, as each block is masked once. */
    byte[] encode(MaskSecret secret, float[] delta) {
        try (Masker masker = new Masker(elements, secret, gaussian)) {
            return new UpdateEncoder(ENCODING, LAYOUT, masker, KeyStream.fresh(random)).shard(0, delta, 1.0);
        }
    }

    UpdateShard.Core core() {
        return new UpdateShard.Core(context, updateId, 1, 0, LAYOUT.shards(), wrapped, contentKey.digest());
    }

    /** The words sealed as the shard with this core. */
    byte[] seal(byte[] coreBytes, byte[] words) {
        try (SecretBytes key = contentKey.shardKey(context, updateId, 0)) {
            return Seal.seal(key, AssociatedData.shard(coreBytes), words);
        }
    }

    /** The record that a silo sends: sealed, signed and framed. */
    byte[] record(byte[] words) {
        UpdateShard.Core core = core();
        byte[] coreBytes = HeaderCodec.encodeCore(core);
        byte[] sealed = seal(coreBytes, words);
        return SignedRecords.seal(new UpdateShard(core, coreBytes, Digest.sha256(sealed)), sealed, identity);
    }
}
