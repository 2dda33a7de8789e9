package org.silofold.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.codec.HeaderCodec;

/** ML-DSA-65 over the header of a shard with one wrapped key. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SignBenchmark {
    private Federation federation;
    private VerifyingKey key;
    private byte[] header;
    private byte[] signature;

    /** Encodes a header and signs it once. */
    @Setup
    public void setUp() {
        federation = new Federation();
        key = federation.identity.verifyingKey();
        UpdateShard.Core core = federation.core();
        header = HeaderCodec.encode(new UpdateShard(core, HeaderCodec.encodeCore(core), Digest.sha256(new byte[] {7})));
        signature = sign();
    }

    /** Hedged signing; how often it starts over is up to chance. */
    @Benchmark
    public byte[] sign() {
        return federation.identity.sign(Purpose.UPDATE_SHARD, header);
    }

    /** Verification, which throws if the signature does not hold. */
    @Benchmark
    public byte[] verify() {
        key.requireValid(Purpose.UPDATE_SHARD, header, signature);
        return header;
    }
}
