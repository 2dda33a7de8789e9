package org.silofold.job.coordinate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.event.Terms;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.encode.MetricRange;
import org.silofold.protocol.encode.UpdateEncoder;
import org.silofold.protocol.key.Hkdf;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.DiscreteGaussian;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Masker;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;

/** The protocol's own mask; its secret shared out here coefficient by coefficient. */
final class RingMask implements TestMask {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;

    @Override
    public MaskMath math() {
        return MaskMath.real();
    }

    @Override
    public long modulus() {
        return SET.q();
    }

    @Override
    public double tolerance() {
        return 1e-4;
    }

    @Override
    public Masked mask(Terms terms, double weight, Random random) {
        Context context = terms.context();
        Encoding encoding = new Encoding(SET, terms.clip(), terms.maxCohort());
        ShardLayout layout = new ShardLayout(SET, terms.parameterCount());
        PublicElements elements = PublicElements.of(SET, context.federation(), context.model(), context.rosterEpoch());
        List<MetricRange> ranges = terms.metrics().stream()
                .map(m -> new MetricRange(m.name(), m.min(), m.max()))
                .toList();
        byte[] seed = new byte[MaskSecret.SEED_LENGTH];
        random.nextBytes(seed);
        byte[] noise = Hkdf.derive(seed, "noise".getBytes(StandardCharsets.US_ASCII), KeyStream.KEY_LENGTH);
        byte[] rounding = Hkdf.derive(seed, "rounding".getBytes(StandardCharsets.US_ASCII), KeyStream.KEY_LENGTH);
        try (MaskSecret secret = MaskSecret.fromSeed(SET, SecretBytes.takeOver(seed));
                DiscreteGaussian gaussian = new DiscreteGaussian(SET, KeyStream.of(noise));
                Masker masker = new Masker(elements, secret, gaussian)) {
            byte[] meta = new UpdateEncoder(encoding, layout, masker, KeyStream.of(rounding))
                    .meta(weight, ranges, new double[] {7});
            return new Masked(
                    Words.read(SET, meta, 0, MetaLayout.words(SET)),
                    share(secret.toWords(), terms.committee().size(), random));
        }
    }

    private static SortedMap<Integer, int[]> share(int[] secret, int n, Random random) {
        int t = new CommitteeSize(n).threshold();
        SortedMap<Integer, int[]> shares = new TreeMap<>();
        for (int j = 1; j <= n; j++) {
            shares.put(j, new int[secret.length]);
        }
        for (int c = 0; c < secret.length; c++) {
            long[] polynomial = random.longs(t, 0, SET.q()).toArray();
            polynomial[0] = secret[c] & 0xffffffffL;
            for (int j = 1; j <= n; j++) {
                long value = 0;
                for (int i = t - 1; i >= 0; i--) {
                    value = (value * j + polynomial[i]) % SET.q();
                }
                shares.get(j)[c] = (int) value;
            }
        }
        return shares;
    }
}
