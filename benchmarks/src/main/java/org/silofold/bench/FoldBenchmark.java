package org.silofold.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.silofold.protocol.encode.MeanDecoder;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.mask.Unmasker;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.optimize.OptimizerKind;
import org.silofold.protocol.optimize.OptimizerSpec;
import org.silofold.protocol.optimize.ServerOptimizer;

/** The aggregator's arithmetic: fold, and with the sum secret of a cohort of four, unmask, decode and step. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FoldBenchmark {
    /** Silos in the cohort. */
    static final int COHORT = 4;

    private static final OptimizerSpec FED_YOGI = new OptimizerSpec(OptimizerKind.FEDYOGI, 0.01, 0.9, 0.999, 1e-3);

    private byte[] words;
    private int[] accumulator;
    private int[] folded;
    private int[] opened;
    private Unmasker unmasker;
    private float[] mean;
    private float[] model;
    private float[] m;
    private float[] v;

    /** Four silos' shards of different deltas, folded, with the sum of their secrets. */
    @Setup
    public void setUp() {
        Federation federation = new Federation();
        int[] secretSum = new int[Federation.SET.n()];
        folded = new int[Federation.PARAMETERS];
        for (int silo = 0; silo < COHORT; silo++) {
            try (MaskSecret secret = MaskSecret.fresh(Federation.SET, federation.random)) {
                words = federation.encode(secret, Federation.delta(silo));
                add(secretSum, Words.toBytes(secret.toWords()));
            }
            add(folded, words);
        }
        accumulator = folded.clone();
        unmasker = new Unmasker(federation.elements, secretSum);
        opened = new int[Federation.PARAMETERS];
        mean = new float[Federation.PARAMETERS];
        model = new float[Federation.PARAMETERS];
        m = new float[Federation.PARAMETERS];
        v = new float[Federation.PARAMETERS];
        unmaskShard();
        decodeMeanShard();
    }

    private static void add(int[] sum, byte[] words) {
        ModularSum.add(Federation.SET, sum, 0, words, 0, words.length);
    }

    /** Checks 768 KiB of words and adds them to the accumulator. */
    @Benchmark
    public int[] foldShard() {
        add(accumulator, words);
        return accumulator;
    }

    /** Takes the masks off a folded shard. */
    @Benchmark
    public int[] unmaskShard() {
        int n = Federation.SET.n();
        for (int block = 0; block < Federation.LAYOUT.blocksIn(0); block++) {
            unmasker.unmask(block, folded, block * n, opened, block * n);
        }
        return opened;
    }

    /** Opened sums to the mean. */
    @Benchmark
    public float[] decodeMeanShard() {
        MeanDecoder.decode(Federation.ENCODING, opened, 0, opened.length, COHORT, COHORT, mean, 0);
        return mean;
    }

    /** One step of FedYogi. */
    @Benchmark
    public float[] stepShard() {
        ServerOptimizer.step(FED_YOGI, model, mean, m, v, 0, model.length);
        return model;
    }
}
