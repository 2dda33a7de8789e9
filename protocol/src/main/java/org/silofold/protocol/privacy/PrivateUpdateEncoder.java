package org.silofold.protocol.privacy;

import java.util.Arrays;
import java.util.List;
import org.silofold.protocol.encode.UpdateEncoder;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.Masker;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.RejectedException;

/**
 * Encodes one update with this silo's share of the noise: clips, rounds, adds a discrete Gaussian to every parameter, and masks. What
 * {@link UpdateEncoder} is without privacy; the weight is 1 and there are no metrics. Each shard and the meta block are encoded once; what is
 * sent again are the bytes that came out: a second encoding of one delta would be a second, uncharged look at it. Not thread-safe.
 */
public final class PrivateUpdateEncoder implements AutoCloseable {
    private static final double WEIGHT = 1.0;

    private final ShardLayout layout;
    private final Masker masker;
    private final UpdateEncoder meta;
    private final ClippedDelta clipped;
    private final ExactDiscreteGaussian gaussian;
    private final int noiseBound;
    private final int[] messages;
    private boolean closed;

    /**
     * Clips and rounds the whole delta, as its norm needs all of it; holds one int a parameter until closed.
     *
     * @param layout of the model, with as many parameters as the encoding
     * @param masker of this update; the caller closes it
     * @param delta left as it is, not held
     * @param random for rounding and noise, {@link KeyStream#fresh} unless a test wants it reproduced
     * @throws RejectedException WRONG_SHAPE if delta has another length than the layout, NOT_FINITE naming the index in delta
     */
    public PrivateUpdateEncoder(
            PrivateEncoding encoding, ShardLayout layout, Masker masker, float[] delta, KeyStream random) {
        if (layout.parameterCount() != encoding.parameters()) {
            throw new IllegalArgumentException(
                    "the layout has " + layout.parameterCount() + " parameters, the encoding " + encoding.parameters());
        }
        this.layout = layout;
        this.masker = masker;
        this.meta = new UpdateEncoder(encoding.encoding(), layout, masker, random);
        this.noiseBound = encoding.noiseBound();
        this.messages = new int[layout.set().n()];
        this.clipped = ClippedDelta.of(encoding, delta, random);
        this.gaussian = new ExactDiscreteGaussian(encoding.sigma(), random);
    }

    /**
     * Encodes one shard.
     *
     * @param shard 0..shards-1
     * @return the shard's words, little-endian, padding included; owned by the caller
     * @throws IllegalStateException if it was encoded before, or after {@link #close()}
     */
    public byte[] shard(int shard) {
        if (closed) {
            throw new IllegalStateException("the encoder is closed");
        }
        byte[] out = new byte[layout.bytesIn(shard)];
        int next = (int) layout.firstParameter(shard);
        int end = next + layout.parametersIn(shard);
        int n = messages.length;
        for (int b = 0; b < layout.blocksIn(shard); b++, next += n) {
            int count = Math.min(n, end - next);
            for (int i = 0; i < count; i++) {
                long noise = Math.max(-noiseBound, Math.min(noiseBound, gaussian.next()));
                messages[i] = clipped.unit(next + i) + (int) noise;
            }
            Arrays.fill(messages, count, n, 0);
            masker.mask(layout.firstBlock(shard) + b, messages, out, b * n * 4);
        }
        Arrays.fill(messages, 0);
        return out;
    }

    /**
     * Encodes the meta block: weight 1, no metrics.
     *
     * @return N words, little-endian; owned by the caller
     */
    public byte[] meta() {
        return meta.meta(WEIGHT, List.of(), new double[0]);
    }

    /** Wipes the rounded delta and what remains of the randomness. */
    @Override
    public void close() {
        closed = true;
        clipped.close();
        gaussian.close();
    }
}
