package org.silofold.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Masker;
import org.silofold.protocol.privacy.PrivateEncoding;
import org.silofold.protocol.privacy.PrivateUpdateEncoder;

/** A silo's arithmetic when sums are differentially private; beside {@link EncodeBenchmark} the difference is clipping and noise. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PrivacyBenchmark {
    private static final PrivateEncoding ENCODING =
            PrivateEncoding.of(Federation.ENCODING, 1.0, 1.0, 10, 2, Federation.PARAMETERS);

    private Federation federation;
    private MaskSecret secret;
    private float[] delta;

    /** Draws a delta and a secret. */
    @Setup
    public void setUp() {
        federation = new Federation();
        secret = MaskSecret.fresh(Federation.SET, federation.random);
        delta = Federation.delta(1);
    }

    /** Floats to clipped, rounded, noised and masked words of one full shard. */
    @Benchmark
    public byte[] encodeNoiseAndMaskShard() {
        KeyStream random = KeyStream.fresh(federation.random);
        try (Masker masker = new Masker(federation.elements, secret, federation.gaussian);
                PrivateUpdateEncoder encoder =
                        new PrivateUpdateEncoder(ENCODING, Federation.LAYOUT, masker, delta, random)) {
            return encoder.shard(0);
        }
    }
}
