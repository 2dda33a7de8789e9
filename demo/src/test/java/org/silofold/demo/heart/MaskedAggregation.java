package org.silofold.demo.heart;

import java.util.List;
import java.util.SplittableRandom;
import org.silofold.protocol.encode.MeanDecoder;
import org.silofold.protocol.encode.MetaDecoder;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.encode.MetaSums;
import org.silofold.protocol.encode.MetricRange;
import org.silofold.protocol.encode.UpdateEncoder;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.DiscreteGaussian;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Masker;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.mask.Unmasker;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;

/** A cohort's mean through the protocol's own encoding, mask and fold, opened with the sum of the secrets alone. */
final class MaskedAggregation implements Aggregation {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final ShardLayout LAYOUT = new ShardLayout(SET, LogisticRegression.PARAMETERS);
    private static final PublicElements ELEMENTS = PublicElements.of(SET, "hospitals", "heart", 1);
    private static final List<MetricRange> NO_METRICS = List.of();

    private final SplittableRandom random;
    private double largestError;

    /** Secrets, errors and rounding are drawn from this seed. */
    MaskedAggregation(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Largest |masked mean - plain mean| / clip of any parameter so far. */
    double largestError() {
        return largestError;
    }

    @Override
    public float[] mean(List<Contribution> cohort, double clip) {
        Encoding encoding = new Encoding(SET, clip, Hospital.values().length);
        int[] shard = new int[LAYOUT.wordsIn(0)];
        int[] meta = new int[MetaLayout.words(SET)];
        int[] secretSum = new int[SET.n()];
        for (Contribution contribution : cohort) {
            byte[] shardWords;
            byte[] metaWords;
            try (SecretBytes seed = SecretBytes.takeOver(bytes(MaskSecret.SEED_LENGTH));
                    MaskSecret secret = MaskSecret.fromSeed(SET, seed);
                    DiscreteGaussian gaussian = new DiscreteGaussian(SET, stream());
                    Masker masker = new Masker(ELEMENTS, secret, gaussian)) {
                UpdateEncoder encoder = new UpdateEncoder(encoding, LAYOUT, masker, stream());
                shardWords = encoder.shard(0, contribution.delta(), contribution.weight());
                metaWords = encoder.meta(contribution.weight(), NO_METRICS, new double[0]);
                addSecret(secretSum, secret);
            }
            ModularSum.add(SET, shard, 0, shardWords, 0, shardWords.length);
            ModularSum.add(SET, meta, 0, metaWords, 0, metaWords.length);
        }
        float[] mean = open(encoding, shard, meta, secretSum, cohort.size());
        compare(mean, Aggregation.plain().mean(cohort, clip), clip);
        return mean;
    }

    private static float[] open(Encoding encoding, int[] shard, int[] meta, int[] secretSum, int size) {
        float[] mean = new float[LogisticRegression.PARAMETERS];
        try (Unmasker unmasker = new Unmasker(ELEMENTS, secretSum)) {
            int[] block = new int[SET.n()];
            unmasker.unmask(LAYOUT.metaBlock(), meta, 0, block, 0);
            MetaSums sums = MetaDecoder.decode(encoding, NO_METRICS, block, size, 0.01);
            unmasker.unmask(0, shard, 0, shard, 0);
            MeanDecoder.decode(encoding, shard, 0, mean.length, size, sums.sumOfWeights(), mean, 0);
        }
        return mean;
    }

    private static void addSecret(int[] sum, MaskSecret secret) {
        int[] words = secret.toWords();
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (int) ((Integer.toUnsignedLong(sum[i]) + Integer.toUnsignedLong(words[i])) % SET.q());
        }
    }

    private void compare(float[] masked, float[] plain, double clip) {
        for (int i = 0; i < masked.length; i++) {
            largestError = Math.max(largestError, Math.abs((double) masked[i] - plain[i]) / clip);
        }
    }

    private KeyStream stream() {
        return KeyStream.of(bytes(KeyStream.KEY_LENGTH));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
