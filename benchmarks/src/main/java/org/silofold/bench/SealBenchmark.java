package org.silofold.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.silofold.protocol.envelope.AssociatedData;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.key.SecretBytes;

/** AES-256-GCM of a shard's 768 KiB. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SealBenchmark {
    private SecretBytes key;
    private byte[] associated;
    private byte[] words;
    private byte[] sealed;

    /** Seals once, to have something to open. */
    @Setup
    public void setUp() {
        key = SecretBytes.takeOver(Federation.bytes(32, 4));
        associated = AssociatedData.shard(Federation.bytes(1000, 5));
        words = Federation.bytes(Federation.LAYOUT.bytesIn(0), 6);
        sealed = Seal.seal(key, associated, words);
    }

    /** The same words under the same key again, which no product code does. */
    @Benchmark
    public byte[] sealShard() {
        return Seal.seal(key, associated, words);
    }

    /** Opens and authenticates. */
    @Benchmark
    public byte[] openShard() {
        return Seal.open(key, associated, sealed);
    }
}
