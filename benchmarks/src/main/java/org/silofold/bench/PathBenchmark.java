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
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.codec.HeaderCodec;

/** A shard's whole way, without Kafka and Flink: from a silo's floats to the record, and from the record into the fold. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PathBenchmark {
    private Federation federation;
    private MaskSecret secret;
    private float[] delta;
    private byte[] coreBytes;
    private byte[] record;
    private VerifyingKey key;
    private int[] accumulator;

    /** Builds one record, to have something to take in. */
    @Setup
    public void setUp() {
        federation = new Federation();
        secret = MaskSecret.fresh(Federation.SET, federation.random);
        delta = Federation.delta(8);
        coreBytes = HeaderCodec.encodeCore(federation.core());
        record = siloShard();
        key = federation.identity.verifyingKey();
        accumulator = new int[Federation.PARAMETERS];
    }

    /** Encode, mask and seal, without the signature. */
    @Benchmark
    public byte[] encodeMaskSealShard() {
        return federation.seal(coreBytes, federation.encode(secret, delta));
    }

    /** Floats to the record that a silo sends. */
    @Benchmark
    public byte[] siloShard() {
        return federation.record(federation.encode(secret, delta));
    }

    /** The record through signature, digest, seal and range check into the accumulator. */
    @Benchmark
    public int[] jobShard() {
        SignedRecord<UpdateShard> signed =
                SignedRecords.open(UpdateShard.class, Purpose.UPDATE_SHARD, record, "silo", key, RecordLimits.SHARD);
        byte[] associated = AssociatedData.shard(signed.message().coreBytes());
        byte[] words;
        try (SecretBytes shardKey = federation.contentKey.shardKey(
                federation.context, signed.message().core().updateId(), 0)) {
            words = Seal.open(shardKey, associated, record, signed.payloadOffset(), signed.payloadLength());
        }
        ModularSum.add(Federation.SET, accumulator, 0, words, 0, words.length);
        return accumulator;
    }
}
