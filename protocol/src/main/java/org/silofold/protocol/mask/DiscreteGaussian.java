package org.silofold.protocol.mask;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.silofold.protocol.params.ParameterSet;

/**
 * The mask's error: a discrete Gaussian cut at {@code tailSigmas * sigma}. Samples by inversion of a cumulative distribution table
 * (Peikert, An Efficient and Parallel Gaussian Sampler for Lattices, CRYPTO 2010) of 126 bits, which it always scans whole, as FrodoKEM's
 * specification does, so the time tells nothing of the sample. The statistical distance to the exact distribution is below
 * 2^-118: 83 thresholds each within 2^-126, and a tail beyond 13 sigma below 2^-121. Not thread-safe.
 */
public final class DiscreteGaussian implements AutoCloseable {
    private static final int SAMPLE_BYTES = 16;
    private static final int CHUNK = 1024;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private final KeyStream stream;
    private final GaussianTable table;
    private final byte[] random = new byte[CHUNK * SAMPLE_BYTES];
    private final long[] high = new long[CHUNK];
    private final long[] low = new long[CHUNK];
    private final long[] below = new long[CHUNK];

    /**
     * @param set whose sigma and tail to sample with
     * @param stream where the randomness comes from; {@link KeyStream#fresh} unless a test wants it reproduced
     */
    public DiscreteGaussian(ParameterSet set, KeyStream stream) {
        this.stream = stream;
        this.table = GaussianTable.of(set);
    }

    /** Overwrites all of {@code out} with signed samples. */
    public void sample(int[] out) {
        for (int done = 0; done < out.length; done += CHUNK) {
            sample(out, done, Math.min(CHUNK, out.length - done));
        }
    }

    /** A sample takes 16 bytes: 126 bits to invert, a sign, and one bit unused. */
    private void sample(int[] out, int offset, int count) {
        stream.next(random, 0, count * SAMPLE_BYTES);
        for (int i = 0; i < count; i++) {
            high[i] = (long) LONG.get(random, i * SAMPLE_BYTES) & Long.MAX_VALUE;
            low[i] = (long) LONG.get(random, i * SAMPLE_BYTES + 8) & Long.MAX_VALUE;
        }
        Arrays.fill(below, 0, count, 0);
        int thresholds = table.high.length;
        for (int k = 0; k < thresholds; k++) {
            countBelow(table.high[k], table.low[k], count);
        }
        for (int i = 0; i < count; i++) {
            int magnitude = thresholds - (int) below[i];
            int sign = random[i * SAMPLE_BYTES + 7] >> 7;
            out[offset + i] = (magnitude ^ sign) - sign;
        }
    }

    /** Adds one where the sample is below the threshold: the borrow of a two-limb subtraction. */
    private void countBelow(long thresholdHigh, long thresholdLow, int count) {
        for (int i = 0; i < count; i++) {
            long borrow = (low[i] - thresholdLow) >>> 63;
            below[i] += (high[i] - thresholdHigh - borrow) >>> 63;
        }
    }

    /** Wipes what remains of past samples. */
    @Override
    public void close() {
        Arrays.fill(random, (byte) 0);
        Arrays.fill(high, 0);
        Arrays.fill(low, 0);
        Arrays.fill(below, 0);
    }
}
