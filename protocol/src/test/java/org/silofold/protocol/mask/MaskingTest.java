package org.silofold.protocol.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.share.ShareSum;

class MaskingTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final int N = SET.n();
    private static final PublicElements ELEMENTS = PublicElements.of(SET, "hearts", "tabular", 3);

    @Property(tries = 20)
    void theSecretSumOpensTheSumWithinTheError(@ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int silos) {
        Random random = new Random(seed);
        int[] folded = new int[N];
        int[] secretSum = new int[N];
        int[] expected = new int[N];
        for (int i = 0; i < silos; i++) {
            int[] message = messages(random, 1 << 22);
            try (MaskSecret secret = secret(random)) {
                ShareSum.add(SET, secretSum, secret.toWords());
                byte[] masked = mask(secret, 7, message, random);
                ModularSum.add(SET, folded, 0, masked, 0, masked.length);
            }
            for (int k = 0; k < N; k++) {
                expected[k] += message[k];
            }
        }
        int[] opened = open(secretSum, folded);
        for (int k = 0; k < N; k++) {
            assertThat(Math.abs(opened[k] - expected[k])).isLessThanOrEqualTo(silos * SET.noiseTail());
        }
    }

    @Test
    void anyOtherSecretSumOpensToNoise() {
        Random random = new Random(1);
        int[] folded = new int[N];
        int[] sum = new int[N];
        int[] first = null;
        for (int i = 0; i < 3; i++) {
            try (MaskSecret secret = secret(random)) {
                first = i == 0 ? secret.toWords() : first;
                ShareSum.add(SET, sum, secret.toWords());
                byte[] masked = mask(secret, 7, new int[N], random);
                ModularSum.add(SET, folded, 0, masked, 0, masked.length);
            }
        }
        assertThat(small(open(sum, folded))).isEqualTo(N);
        assertThat(small(open(first, folded))).isLessThan(5);
        int[] offByOne = sum.clone();
        offByOne[1000] = Ring.of(SET).add(offByOne[1000], 1);
        assertThat(small(open(offByOne, folded))).isLessThan(5);
    }

    @Test
    void oneMaskedUpdateLooksUniform() {
        Random random = new Random(2);
        int blocks = 256;
        long[] high = new long[256];
        long[] low = new long[256];
        try (MaskSecret secret = secret(random);
                DiscreteGaussian gaussian = new DiscreteGaussian(SET, stream(random));
                Masker masker = new Masker(ELEMENTS, secret, gaussian)) {
            byte[] out = new byte[SET.blockBytes()];
            for (int b = 0; b < blocks; b++) {
                masker.mask(b, new int[N], out, 0);
                for (int k = 0; k < N; k++) {
                    // Equal intervals of [0, q) up to rounding, and the low byte.
                    high[(int) (Integer.toUnsignedLong(Words.get(out, 4 * k)) * 256 / SET.q())]++;
                    low[out[4 * k] & 0xff]++;
                }
            }
        }
        assertUniform(high, (double) blocks * N);
        assertUniform(low, (double) blocks * N);
    }

    @Test
    void aBlockIsMaskedOnceAndNotAfterClose() {
        Random random = new Random(3);
        byte[] out = new byte[SET.blockBytes()];
        DiscreteGaussian gaussian = new DiscreteGaussian(SET, stream(random));
        MaskSecret secret = secret(random);
        Masker masker = new Masker(ELEMENTS, secret, gaussian);
        masker.mask(0, new int[N], out, 0);
        assertThatThrownBy(() -> masker.mask(0, new int[N], out, 0)).isInstanceOf(IllegalStateException.class);
        masker.close();
        assertThatThrownBy(() -> masker.mask(1, new int[N], out, 0)).isInstanceOf(IllegalStateException.class);
        secret.close();
        assertThatThrownBy(secret::toWords).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new Masker(ELEMENTS, secret, gaussian)).isInstanceOf(IllegalStateException.class);
        gaussian.close();
    }

    @Test
    void elementsDifferByContextAndBlockAndRefuseSeparators() {
        int[] reference = expand(ELEMENTS, 0);
        assertThat(expand(PublicElements.of(SET, "hearts", "tabular", 3), 0)).isEqualTo(reference);
        assertThat(expand(ELEMENTS, 1)).isNotEqualTo(reference);
        assertThat(expand(PublicElements.of(SET, "hearts", "tabular", 4), 0)).isNotEqualTo(reference);
        assertThat(expand(PublicElements.of(SET, "hearts", "images", 3), 0)).isNotEqualTo(reference);
        assertThatThrownBy(() -> PublicElements.of(SET, "hearts|tabular", "x", 3))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_FIELD));
    }

    private static int[] expand(PublicElements elements, long block) {
        int[] out = new int[N];
        elements.expand(block, out);
        return out;
    }

    /** 255 degrees of freedom: 255 +- 5 * sqrt(510) leaves less than one seed in a million. */
    private static void assertUniform(long[] counts, double total) {
        double expected = total / counts.length;
        double statistic = 0;
        for (long count : counts) {
            statistic += (count - expected) * (count - expected) / expected;
        }
        assertThat(statistic).isBetween(255 - 5 * Math.sqrt(510), 255 + 5 * Math.sqrt(510));
    }

    private static long small(int[] opened) {
        return java.util.Arrays.stream(opened)
                .filter(v -> Math.abs(v) <= 3 * 84)
                .count();
    }

    private static int[] open(int[] secretSum, int[] folded) {
        int[] opened = new int[N];
        try (Unmasker unmasker = new Unmasker(ELEMENTS, secretSum)) {
            unmasker.unmask(7, folded, 0, opened, 0);
        }
        return opened;
    }

    private static byte[] mask(MaskSecret secret, int block, int[] messages, Random random) {
        byte[] out = new byte[SET.blockBytes()];
        try (DiscreteGaussian gaussian = new DiscreteGaussian(SET, stream(random));
                Masker masker = new Masker(ELEMENTS, secret, gaussian)) {
            masker.mask(block, messages, out, 0);
        }
        return out;
    }

    private static int[] messages(Random random, int most) {
        return random.ints(N, -most, most + 1).toArray();
    }

    private static MaskSecret secret(Random random) {
        byte[] seed = new byte[32];
        random.nextBytes(seed);
        try (SecretBytes bytes = SecretBytes.takeOver(seed)) {
            return MaskSecret.fromSeed(SET, bytes);
        }
    }

    private static KeyStream stream(Random random) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        return KeyStream.of(key);
    }
}
