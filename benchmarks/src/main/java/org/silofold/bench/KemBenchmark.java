package org.silofold.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.silofold.protocol.kem.Encapsulation;
import org.silofold.protocol.kem.KemPublicKey;
import org.silofold.protocol.key.SecretBytes;

/** ML-KEM-768. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class KemBenchmark {
    private Federation federation;
    private KemPublicKey publicKey;
    private byte[] ciphertext;

    /** Encapsulates once, to have something to open. */
    @Setup
    public void setUp() {
        federation = new Federation();
        publicKey = federation.kem.publicKey();
        try (Encapsulation fresh = publicKey.encapsulate(federation.random)) {
            ciphertext = fresh.ciphertext();
        }
    }

    /** A fresh secret for one recipient. */
    @Benchmark
    public byte[] encapsulate() {
        try (Encapsulation fresh = publicKey.encapsulate(federation.random)) {
            return fresh.ciphertext();
        }
    }

    /** The recipient's side. */
    @Benchmark
    public int decapsulate() {
        try (SecretBytes secret = federation.kem.decapsulate(ciphertext)) {
            return secret.length();
        }
    }
}
