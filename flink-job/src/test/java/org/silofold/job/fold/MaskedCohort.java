package org.silofold.job.fold;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.Terms;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.encode.UpdateEncoder;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.DiscreteGaussian;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Masker;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;

/** Really masked updates of a few silos, and what their sum should open to. Everything follows from the seed. */
final class MaskedCohort {
    static final ParameterSet SET = ParameterSet.MASK_2048_32;
    static final double CLIP = 0.5;
    static final int MAX_COHORT = 8;

    final ShardLayout layout;
    final Terms terms;
    final List<float[]> deltas = new ArrayList<>();
    final List<Double> weights = new ArrayList<>();
    private final List<UpdateEncoder> encoders = new ArrayList<>();
    private final List<int[]> secrets = new ArrayList<>();

    MaskedCohort(long seed, int silos, int parameters, String optimizer) {
        layout = new ShardLayout(SET, parameters);
        terms = new Terms(
                context(),
                Digest.sha256(new byte[] {1}),
                parameters,
                List.of(),
                List.of("m1", "m2", "m3"),
                SET.name(),
                CLIP,
                MAX_COHORT,
                0.01,
                0,
                1000,
                optimizer,
                0.5,
                0.9,
                0.99,
                0.001,
                1,
                Optional.empty());
        Random random = new Random(seed);
        PublicElements elements = PublicElements.of(SET, "fed", "heart", 1);
        Encoding encoding = new Encoding(SET, CLIP, MAX_COHORT);
        for (int i = 0; i < silos; i++) {
            float[] delta = new float[parameters];
            for (int p = 0; p < parameters; p++) {
                delta[p] = (random.nextFloat() - 0.5f) * (float) CLIP * 1.9f;
            }
            deltas.add(delta);
            weights.add(0.25 + 0.5 * random.nextDouble());
            MaskSecret secret = MaskSecret.fromSeed(SET, SecretBytes.takeOver(bytes(random)));
            secrets.add(secret.toWords());
            Masker masker = new Masker(elements, secret, new DiscreteGaussian(SET, KeyStream.of(bytes(random))));
            encoders.add(new UpdateEncoder(encoding, layout, masker, KeyStream.of(bytes(random))));
        }
    }

    static Context context() {
        return new Context(
                Context.VERSION,
                Suite.ML_KEM_768_ML_DSA_65.text(),
                "fed",
                1,
                Digest.sha256("roster".getBytes(StandardCharsets.UTF_8)),
                3,
                "heart",
                "aggregator",
                Purpose.MODEL_SHARD);
    }

    static UpdateKey key(int silo) {
        byte[] id = new byte[UpdateId.LENGTH];
        id[0] = (byte) silo;
        return new UpdateKey("silo" + silo, UpdateId.of(id));
    }

    /** The masked words of a silo's shard. To be asked for once: another time gives other errors. */
    byte[] words(int silo, int shard) {
        return encoders.get(silo).shard(shard, deltas.get(silo), weights.get(silo));
    }

    FoldCommand.Open open(long accumulator, long version, int... silos) {
        int[] sum = new int[SET.n()];
        double sumOfWeights = 0;
        for (int silo : silos) {
            byte[] secret = Words.toBytes(secrets.get(silo));
            ModularSum.add(SET, sum, 0, secret, 0, secret.length);
            sumOfWeights += weights.get(silo);
        }
        return new FoldCommand.Open(accumulator, version, 1, version - 1, sum, sumOfWeights, silos.length, terms);
    }

    double plainMean(int parameter, int... silos) {
        double sum = 0;
        double sumOfWeights = 0;
        for (int silo : silos) {
            sum += weights.get(silo) * deltas.get(silo)[parameter];
            sumOfWeights += weights.get(silo);
        }
        return sum / sumOfWeights;
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return bytes;
    }
}
