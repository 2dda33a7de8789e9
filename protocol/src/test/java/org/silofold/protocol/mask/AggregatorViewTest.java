package org.silofold.protocol.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.share.Shamir;
import org.silofold.protocol.testing.ChiSquare;
import org.silofold.protocol.testing.Samples;

/**
 * What the aggregator sees of updates whose every message is the same large number: words, public elements and the sum of secrets. Statistics
 * prove no security, but a mask left out, reused or cancelled shows at once.
 */
class AggregatorViewTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final Ring RING = Ring.of(SET);
    private static final int N = SET.n();
    private static final int BLOCKS = 512;
    private static final int MESSAGE = 1_000_000;
    private static final PublicElements ELEMENTS = PublicElements.of(SET, "hearts", "tabular", 3);

    /** 2^20 words of one update, as they are and after all that public elements allow. */
    @Test
    void oneUpdateIsUniformHoweverPublicElementsAreApplied() {
        ChiSquare words = new ChiSquare(SET.q());
        ChiSquare divided = new ChiSquare(SET.q());
        ChiSquare multiplied = new ChiSquare(SET.q());
        ChiSquare lessGuess = new ChiSquare(SET.q());
        ChiSquare lessMessage = new ChiSquare(SET.q());
        ChiSquare between = new ChiSquare(SET.q());
        int[] guess = secret(99);
        RING.forward(guess);
        int[] before = new int[N];
        int[][] blocks = masked(1, BLOCKS);
        for (int b = 0; b < BLOCKS; b++) {
            int[] c = blocks[b];
            int[] a = new int[N];
            ELEMENTS.expand(b, a);
            count(words, c);
            count(lessMessage, subtract(c, constant(MESSAGE)));
            if (b > 0) {
                count(between, subtract(c, before));
            }
            before = c;
            int[] transformed = c.clone();
            RING.forward(transformed);
            count(multiplied, inverse(pointwise(transformed, a)));
            int[] reciprocals = new int[N];
            for (int k = 0; k < N; k++) {
                reciprocals[k] = (int) RING.pow(Integer.toUnsignedLong(a[k]), SET.q() - 2);
            }
            count(divided, inverse(pointwise(transformed, reciprocals)));
            count(lessGuess, inverse(subtract(transformed, pointwise(guess, a))));
        }
        words.assertUniform("words");
        divided.assertUniform("words divided by a");
        multiplied.assertUniform("words times a");
        lessGuess.assertUniform("words less a times a guessed secret");
        lessMessage.assertUniform("words less the message");
        between.assertUniform("differences of blocks with the same message");
    }

    @Test
    void ofThreeUpdatesOnlyTheSumOpens() {
        int[] folded = new int[N * 8];
        int[] sum = new int[N];
        int[][] secrets = new int[3][];
        for (int silo = 0; silo < 3; silo++) {
            secrets[silo] = secret(silo);
            int[][] blocks = masked(silo, 8);
            for (int i = 0; i < folded.length; i++) {
                folded[i] = RING.add(folded[i], blocks[i / N][i % N]);
            }
            for (int k = 0; k < N; k++) {
                sum[k] = RING.add(sum[k], secrets[silo][k]);
            }
        }
        int[] opened = open(sum, folded);
        for (int value : opened) {
            assertThat(value).isBetween(3 * MESSAGE - 3 * SET.noiseTail(), 3 * MESSAGE + 3 * SET.noiseTail());
        }
        for (int silo = 0; silo < 3; silo++) {
            uniform(open(secrets[silo], folded), "opened with one secret");
            uniform(open(subtract(sum, secrets[silo]), folded), "opened with two secrets");
            int[] own = flat(masked(silo, 8));
            uniform(open(sum, own), "one update opened with the sum");
            uniform(open(subtract(sum, secrets[silo]), own), "one update opened with the others' sum");
            ChiSquare without = new ChiSquare(SET.q());
            count(without, subtract(folded, own));
            without.assertUniform("the fold without one update");
        }
        int[] offByOne = sum.clone();
        offByOne[7] = RING.add(offByOne[7], 1);
        uniform(open(offByOne, folded), "opened with one coefficient off by one");
    }

    @Test
    void sharesBelowTheThresholdSayNothing() {
        int threshold = new CommitteeSize(4).threshold();
        ChiSquare seen = new ChiSquare(SET.q());
        ChiSquare interpolated = new ChiSquare(SET.q());
        KeyStream stream = KeyStream.of(Samples.bytes(5, 32));
        for (int round = 0; round < 64; round++) {
            int[][] polynomials = new int[threshold][];
            for (int degree = 0; degree < threshold; degree++) {
                polynomials[degree] = degree == 0 ? constant(MESSAGE) : Uniform.words(SET, stream, N);
            }
            TreeMap<Integer, int[]> shares = new TreeMap<>();
            for (int j = 1; j < threshold; j++) {
                shares.put(j, Shamir.evaluate(SET, polynomials, j));
                count(seen, shares.get(j));
            }
            count(interpolated, Shamir.interpolateAtZero(SET, shares));
        }
        seen.assertUniform("shares of a constant");
        interpolated.assertUniform("a constant from too few shares");
    }

    /** The test can fail: messages without a mask, or under a mask used twice, are nowhere near uniform. */
    @Test
    void aMissingOrReusedMaskIsSeen() {
        int[] once = flat(masked(1, 8));
        int[] again = flat(masked(1, 8, 5000));
        ChiSquare reused = new ChiSquare(SET.q());
        count(reused, subtract(once, again));
        assertThat(reused.worst()).isGreaterThan(10_000);
        ChiSquare none = new ChiSquare(SET.q());
        count(none, constant(MESSAGE));
        assertThat(none.worst()).isGreaterThan(10_000);
    }

    /** Blocks 0.. of a silo's update; secret and errors follow from the silo's number. */
    private static int[][] masked(int silo, int blocks) {
        return masked(silo, blocks, silo + 1000);
    }

    private static int[][] masked(int silo, int blocks, int errorSeed) {
        int[][] words = new int[blocks][];
        byte[] out = new byte[SET.blockBytes()];
        try (SecretBytes seed = SecretBytes.takeOver(Samples.bytes(silo, 32));
                MaskSecret secret = MaskSecret.fromSeed(SET, seed);
                DiscreteGaussian gaussian = new DiscreteGaussian(SET, KeyStream.of(Samples.bytes(errorSeed, 32)));
                Masker masker = new Masker(ELEMENTS, secret, gaussian)) {
            int[] message = constant(MESSAGE);
            for (int b = 0; b < blocks; b++) {
                masker.mask(b, message, out, 0);
                words[b] = Words.read(SET, out, 0, N);
            }
        }
        return words;
    }

    private static int[] secret(int silo) {
        try (SecretBytes seed = SecretBytes.takeOver(Samples.bytes(silo, 32));
                MaskSecret secret = MaskSecret.fromSeed(SET, seed)) {
            return secret.toWords();
        }
    }

    private static int[] open(int[] secretSum, int[] folded) {
        int[] opened = new int[folded.length];
        try (Unmasker unmasker = new Unmasker(ELEMENTS, secretSum)) {
            for (int b = 0; b < folded.length / N; b++) {
                unmasker.unmask(b, folded, b * N, opened, b * N);
            }
        }
        return opened;
    }

    private static void uniform(int[] values, String what) {
        ChiSquare counts = new ChiSquare(SET.q());
        for (int value : values) {
            counts.add(value < 0 ? (int) (value + SET.q()) : value);
        }
        counts.assertUniform(what);
    }

    private static void count(ChiSquare counts, int[] words) {
        for (int word : words) {
            counts.add(word);
        }
    }

    private static int[] subtract(int[] a, int[] b) {
        int[] difference = new int[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = RING.subtract(a[i], b[i % b.length]);
        }
        return difference;
    }

    private static int[] pointwise(int[] a, int[] b) {
        int[] product = a.clone();
        int[] factors = b.clone();
        RING.toMontgomery(factors);
        RING.pointwise(product, factors);
        return product;
    }

    private static int[] inverse(int[] transformed) {
        RING.inverse(transformed);
        return transformed;
    }

    private static int[] constant(int value) {
        int[] words = new int[N];
        Arrays.fill(words, value);
        return words;
    }

    private static int[] flat(int[][] blocks) {
        return Arrays.stream(blocks).flatMapToInt(Arrays::stream).toArray();
    }
}
