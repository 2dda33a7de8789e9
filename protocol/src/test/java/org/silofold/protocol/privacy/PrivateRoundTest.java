package org.silofold.protocol.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.encode.MetaDecoder;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.encode.SumOpener;
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
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.share.ShareSum;

/** Silos encode with privacy and mask; what they send is folded, opened and decoded. */
class PrivateRoundTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final Encoding PLAIN = new Encoding(SET, 2, 8);
    /** Two shards, the last block partly padding. */
    private static final int PARAMETERS = (ShardLayout.BLOCKS_PER_SHARD + 3) * SET.n() - 1000;

    private static final ShardLayout LAYOUT = new ShardLayout(SET, PARAMETERS);
    private static final int HONEST = 4;
    private static final int COLLUDERS = 2;
    private static final int SILOS = HONEST + COLLUDERS;
    private static final double NOISE = 0.5;
    private static final PrivateEncoding ENCODING = PrivateEncoding.of(PLAIN, 3, NOISE, SILOS, COLLUDERS, PARAMETERS);

    private final PublicElements elements = PublicElements.of(SET, "hearts", "tabular", 1);
    private final int[][] folded = {new int[LAYOUT.wordsIn(0)], new int[LAYOUT.wordsIn(1)]};
    private final int[] meta = new int[MetaLayout.words(SET)];
    private final int[] secretSum = new int[SET.n()];
    private final Random random = new Random(7);

    @Test
    void theMeanIsTheClippedMeanAndNoiseOfThePolicysWidth() {
        double[] expected = new double[PARAMETERS];
        for (int silo = 0; silo < SILOS; silo++) {
            float[] delta = delta(silo);
            addClipped(delta, expected);
            send(delta);
        }
        float[] mean = opened();

        double noise = 0;
        double products = 0;
        double signal = 0;
        double lag = 0;
        double last = 0;
        for (int i = 0; i < PARAMETERS; i++) {
            double error = mean[i] - expected[i];
            noise += error * error;
            products += error * expected[i];
            signal += expected[i] * expected[i];
            lag += error * last;
            last = error;
        }
        // All six silos add noise of sigma each; the policy promises that any four of them make z sensitivities.
        double sensitivity = Math.sqrt((double) ENCODING.squaredNorm()) / ENCODING.scale();
        double theory = NOISE * sensitivity * Math.sqrt((double) SILOS / HONEST) / SILOS;
        assertThat(ENCODING.meanNoise(SILOS)).isBetween(theory, theory * 1.001);
        // A variance of n samples is within sqrt(2/n) at one standard deviation; six of them, and 0.1 % for sigma
        // rounded up and mask error.
        double six = 6 * Math.sqrt(2.0 / PARAMETERS);
        assertThat(noise / PARAMETERS / (theory * theory)).isBetween(1 - six, 1 + six + 0.001);
        // Noise knows nothing of the signal nor of its neighbour.
        assertThat(Math.abs(products)).isLessThan(6 * theory * Math.sqrt(signal));
        assertThat(Math.abs(lag)).isLessThan(6 * theory * theory * Math.sqrt(PARAMETERS));
        // Padding carries no noise but the mask's.
        int[] shard = unmask(1);
        for (int i = LAYOUT.parametersIn(1); i < shard.length; i++) {
            assertThat(Math.abs(shard[i])).isLessThanOrEqualTo(PLAIN.noiseBound(SILOS));
        }
    }

    @Test
    void theMetaBlockSaysOneSiloEachAndNoMetrics() {
        for (int silo = 0; silo < SILOS; silo++) {
            send(delta(silo));
        }
        int[] opened = new int[SET.n()];
        try (Unmasker unmasker = new Unmasker(elements, secretSum)) {
            unmasker.unmask(LAYOUT.metaBlock(), meta, 0, opened, 0);
        }
        assertThat(MetaDecoder.decode(PLAIN, List.of(), opened, SILOS, 1.0).sumOfWeights())
                .isBetween(SILOS - 1e-4, SILOS + 1e-4);
    }

    @Test
    void aDeltaIsEncodedOnceAndOnlyInTheModelsShape() {
        try (MaskSecret secret = secret();
                DiscreteGaussian gaussian = new DiscreteGaussian(SET, stream());
                Masker masker = new Masker(elements, secret, gaussian);
                PrivateUpdateEncoder encoder = new PrivateUpdateEncoder(ENCODING, LAYOUT, masker, delta(1), stream())) {
            encoder.shard(1);
            assertThatThrownBy(() -> encoder.shard(1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> new PrivateUpdateEncoder(ENCODING, LAYOUT, masker, new float[5], stream()))
                    .isInstanceOf(RejectedException.class);
            ShardLayout other = new ShardLayout(SET, PARAMETERS + 1);
            assertThatThrownBy(() -> new PrivateUpdateEncoder(ENCODING, other, masker, delta(1), stream()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static float[] delta(int silo) {
        Random draw = new Random(silo);
        float[] delta = new float[PARAMETERS];
        for (int i = 0; i < PARAMETERS; i++) {
            delta[i] = (float) draw.nextGaussian() * (silo % 2 == 0 ? 1 : 1e-3f);
        }
        return delta;
    }

    private static void addClipped(float[] delta, double[] mean) {
        double sum = 0;
        for (float value : delta) {
            double cut = Math.max(-2, Math.min(2, value));
            sum += cut * cut;
        }
        double factor = Math.min(1, 3 / Math.sqrt(sum));
        for (int i = 0; i < delta.length; i++) {
            mean[i] += Math.max(-2, Math.min(2, delta[i])) * factor / SILOS;
        }
    }

    private void send(float[] delta) {
        try (MaskSecret secret = secret();
                DiscreteGaussian gaussian = new DiscreteGaussian(SET, stream());
                Masker masker = new Masker(elements, secret, gaussian);
                PrivateUpdateEncoder encoder = new PrivateUpdateEncoder(ENCODING, LAYOUT, masker, delta, stream())) {
            for (int s = 0; s < folded.length; s++) {
                byte[] words = encoder.shard(s);
                ModularSum.add(SET, folded[s], 0, words, 0, words.length);
            }
            byte[] block = encoder.meta();
            ModularSum.add(SET, meta, 0, block, 0, block.length);
            ShareSum.add(SET, secretSum, secret.toWords());
        }
    }

    private float[] opened() {
        float[] mean = new float[PARAMETERS];
        try (SumOpener opener = new SumOpener(elements, LAYOUT, PLAIN, secretSum, SILOS)) {
            for (int s = 0; s < folded.length; s++) {
                float[] part = new float[LAYOUT.parametersIn(s)];
                assertThat(opener.mean(s, folded[s], ENCODING.sumOfWeights(SILOS), part))
                        .isZero();
                System.arraycopy(part, 0, mean, (int) LAYOUT.firstParameter(s), part.length);
            }
        }
        return mean;
    }

    private int[] unmask(int shard) {
        int[] opened = new int[folded[shard].length];
        try (Unmasker unmasker = new Unmasker(elements, secretSum)) {
            for (int b = 0; b < LAYOUT.blocksIn(shard); b++) {
                int at = b * SET.n();
                unmasker.unmask(LAYOUT.firstBlock(shard) + b, folded[shard], at, opened, at);
            }
        }
        return opened;
    }

    private MaskSecret secret() {
        try (SecretBytes seed = SecretBytes.takeOver(bytes())) {
            return MaskSecret.fromSeed(SET, seed);
        }
    }

    private KeyStream stream() {
        return KeyStream.of(bytes());
    }

    private byte[] bytes() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return bytes;
    }
}
