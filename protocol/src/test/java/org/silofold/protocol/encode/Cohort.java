package org.silofold.protocol.encode;

import java.util.List;
import java.util.Random;
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
import org.silofold.protocol.share.ShareSum;

/** Silos that encode with fixed seeds, the fold of what they send, and the sum of their secrets. */
final class Cohort {
    private final Encoding encoding;
    private final ShardLayout layout;
    private final ParameterSet set;
    private final PublicElements elements;
    private final Random random;
    private final int[][] folded;
    private final int[] meta;
    private final int[] secretSum;

    Cohort(Encoding encoding, ShardLayout layout, Random random) {
        this.encoding = encoding;
        this.layout = layout;
        this.set = layout.set();
        this.elements = PublicElements.of(set, "hearts", "tabular", 1);
        this.random = random;
        this.folded = new int[layout.shards()][];
        for (int s = 0; s < folded.length; s++) {
            folded[s] = new int[layout.wordsIn(s)];
        }
        this.meta = new int[MetaLayout.words(set)];
        this.secretSum = new int[set.n()];
    }

    void add(float[] delta, double weight) {
        add(delta, weight, List.of());
    }

    void add(float[] delta, double weight, List<MetricRange> ranges, double... metrics) {
        try (SecretBytes seed = SecretBytes.takeOver(bytes());
                MaskSecret secret = MaskSecret.fromSeed(set, seed);
                DiscreteGaussian gaussian = new DiscreteGaussian(set, KeyStream.of(bytes()));
                Masker masker = new Masker(elements, secret, gaussian)) {
            UpdateEncoder encoder = new UpdateEncoder(encoding, layout, masker, KeyStream.of(bytes()));
            for (int s = 0; s < folded.length; s++) {
                byte[] words = encoder.shard(s, delta, weight);
                ModularSum.add(set, folded[s], 0, words, 0, words.length);
            }
            byte[] block = encoder.meta(weight, ranges, metrics);
            ModularSum.add(set, meta, 0, block, 0, block.length);
            ShareSum.add(set, secretSum, secret.toWords());
        }
    }

    int[] opened(int shard) {
        int[] opened = new int[folded[shard].length];
        try (Unmasker unmasker = new Unmasker(elements, secretSum)) {
            for (int b = 0; b < layout.blocksIn(shard); b++) {
                int at = b * set.n();
                unmasker.unmask(layout.firstBlock(shard) + b, folded[shard], at, opened, at);
            }
        }
        return opened;
    }

    int[] openedMeta() {
        return openedMeta(secretSum);
    }

    int[] openedMeta(int[] withSecretSum) {
        int[] opened = new int[set.n()];
        try (Unmasker unmasker = new Unmasker(elements, withSecretSum)) {
            unmasker.unmask(layout.metaBlock(), meta, 0, opened, 0);
        }
        return opened;
    }

    /** The opened canary blocks, one behind the other. */
    int[] openedCanaries(int[] withSecretSum) {
        int[] opened = new int[CanaryBlocks.COUNT * set.n()];
        try (Unmasker unmasker = new Unmasker(elements, withSecretSum)) {
            for (int i = 0; i < CanaryBlocks.COUNT; i++) {
                unmasker.unmask(layout.metaBlock() + 1 + i, meta, (1 + i) * set.n(), opened, i * set.n());
            }
        }
        return opened;
    }

    /** The folded meta section. */
    int[] meta() {
        return meta.clone();
    }

    int[] secretSum() {
        return secretSum.clone();
    }

    private byte[] bytes() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return bytes;
    }
}
