package org.silofold.protocol.encode;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.Masker;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * Encodes one update: clips, weighs, scales, rounds and masks. Each shard and the meta block are encoded once; what is sent again are the
 * bytes that came out. Not thread-safe.
 */
public final class UpdateEncoder {
    private final Encoding encoding;
    private final ShardLayout layout;
    private final Masker masker;
    private final StochasticRounding rounding;
    private final int[] messages;

    /**
     * @param encoding clip and scale
     * @param layout of the model
     * @param masker of this update; the caller closes it
     * @param random for rounding, {@link KeyStream#fresh} unless a test wants it reproduced
     */
    public UpdateEncoder(Encoding encoding, ShardLayout layout, Masker masker, KeyStream random) {
        if (!encoding.set().equals(layout.set()) || !encoding.set().equals(masker.set())) {
            throw new IllegalArgumentException("encoding, layout and masker are of different parameter sets");
        }
        this.encoding = encoding;
        this.layout = layout;
        this.masker = masker;
        this.rounding = new StochasticRounding(
                Objects.requireNonNull(random), layout.set().n());
        this.messages = new int[layout.set().n()];
    }

    /**
     * Encodes one shard. Values beyond the clip count as the clip.
     *
     * @param shard 0..shards-1
     * @param delta the whole model's delta, left as it is
     * @param weight in (0, 1]
     * @return the shard's words, little-endian, padding included; owned by the caller
     * @throws RejectedException {@link Reason#WRONG_SHAPE} if delta has another length than the layout; {@link Reason#NOT_FINITE} naming the
     *     index in delta; {@link Reason#INVALID_FIELD} if the weight is not in (0, 1]
     */
    public byte[] shard(int shard, float[] delta, double weight) {
        requireWeight(weight);
        if (delta.length != layout.parameterCount()) {
            throw new RejectedException(
                    Reason.WRONG_SHAPE, "delta has " + delta.length + " values, the model " + layout.parameterCount());
        }
        int next = (int) layout.firstParameter(shard);
        int end = next + layout.parametersIn(shard);
        for (int i = next; i < end; i++) {
            if (!Float.isFinite(delta[i])) {
                throw new RejectedException(Reason.NOT_FINITE, "delta[" + i + "] is not finite");
            }
        }
        byte[] out = new byte[layout.bytesIn(shard)];
        int n = messages.length;
        for (int b = 0; b < layout.blocksIn(shard); b++, next += n) {
            encode(delta, next, Math.min(n, end - next), weight);
            masker.mask(layout.firstBlock(shard) + b, messages, out, b * n * 4);
        }
        wipe();
        return out;
    }

    /**
     * Encodes the meta block.
     *
     * @param weight in (0, 1], the same as the shards'
     * @param ranges the metrics that the model specification names
     * @param metrics their values, in the same order
     * @return N words, little-endian; owned by the caller
     * @throws RejectedException {@link Reason#NOT_FINITE} or {@link Reason#INVALID_FIELD} naming the metric or the weight
     */
    public byte[] meta(double weight, List<MetricRange> ranges, double[] metrics) {
        requireWeight(weight);
        MetaLayout.requireMetrics(layout.set(), ranges.size());
        if (metrics.length != ranges.size()) {
            throw new RejectedException(
                    Reason.INVALID_FIELD, metrics.length + " metrics where the model names " + ranges.size());
        }
        double[] values = new double[MetaLayout.WEIGHT_SLOTS + metrics.length];
        Arrays.fill(values, 0, MetaLayout.WEIGHT_SLOTS, weight);
        for (int i = 0; i < metrics.length; i++) {
            values[MetaLayout.WEIGHT_SLOTS + i] = ranges.get(i).fraction(metrics[i]);
        }
        Arrays.fill(messages, 0);
        rounding.draw(values.length);
        for (int i = 0; i < values.length; i++) {
            messages[i] = rounding.round(values[i] * encoding.scale(), i);
        }
        Arrays.fill(values, 0);
        byte[] out = new byte[MetaLayout.bytes(layout.set())];
        masker.mask(layout.metaBlock(), messages, out, 0);
        wipe();
        for (int i = 1; i <= CanaryBlocks.COUNT; i++) {
            masker.mask(layout.metaBlock() + i, messages, out, i * layout.set().blockBytes());
        }
        return out;
    }

    /** |message| &lt;= M: the number is within weight * M &lt;= M, an integer, and rounding does not leave the integers around it. */
    private void encode(float[] delta, int from, int count, double weight) {
        double limit = weight * encoding.scale();
        double factor = limit / encoding.clip();
        rounding.draw(count);
        for (int i = 0; i < count; i++) {
            double scaled = Math.max(-limit, Math.min(limit, delta[from + i] * factor));
            messages[i] = rounding.round(scaled, i);
        }
        Arrays.fill(messages, count, messages.length, 0);
    }

    private void wipe() {
        Arrays.fill(messages, 0);
        rounding.wipe();
    }

    private static void requireWeight(double weight) {
        if (!(weight > 0 && weight <= 1)) {
            throw new RejectedException(Reason.INVALID_FIELD, "weight is not in (0, 1]: " + weight);
        }
    }
}
