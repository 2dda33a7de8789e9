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

/** What the machine does with a shard's bytes without any of this: the yardsticks of the ratios. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class YardstickBenchmark {
    private byte[] words;

    /** Draws 768 KiB. */
    @Setup
    public void setUp() {
        words = Federation.bytes(Federation.LAYOUT.bytesIn(0), 9);
    }

    /** A copy into a fresh array. */
    @Benchmark
    public byte[] copyShard() {
        return words.clone();
    }

    /** SHA-256. */
    @Benchmark
    public Digest sha256Shard() {
        return Digest.sha256(words);
    }
}
