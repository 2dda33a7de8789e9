package org.silofold.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Masker;

/** A silo's arithmetic: encoding and masking. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EncodeBenchmark {
    private Federation federation;
    private MaskSecret secret;
    private float[] delta;
    private Masker masker;
    private int[] messages;
    private byte[] block;
    private int next;

    /** Draws a delta and a secret. */
    @Setup
    public void setUp() {
        federation = new Federation();
        secret = MaskSecret.fresh(Federation.SET, federation.random);
        delta = Federation.delta(1);
        masker = new Masker(federation.elements, secret, federation.gaussian);
        messages = new int[Federation.SET.n()];
        for (int i = 0; i < messages.length; i++) {
            messages[i] = (int) (delta[i] * Federation.ENCODING.scale());
        }
        block = new byte[Federation.SET.blockBytes()];
        next = 0;
    }

    /** Floats to masked words; one transform of the secret is part of it, which an update pays once. */
    @Benchmark
    public byte[] encodeAndMaskShard() {
        return federation.encode(secret, delta);
    }

    /** One block of 2048 integers; each time the next block, as none is masked twice. */
    @Benchmark
    public byte[] maskBlock() {
        masker.mask(next, messages, block, 0);
        next++;
        return block;
    }
}
