package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.silofold.job.event.Terms;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.share.ErrorLocator;

/** A one-time pad of four words modulo 65537 with Shamir shares of the pad: the weight, a metric, and two canaries. */
final class ToyMask implements TestMask, MaskMath {
    static final int Q = 65537;
    private static final int WORDS = 4;
    private static final double SCALE = 100;

    @Override
    public MaskMath math() {
        return this;
    }

    @Override
    public long modulus() {
        return Q;
    }

    @Override
    public double tolerance() {
        return 1e-9;
    }

    @Override
    public Masked mask(Terms terms, double weight, Random random) {
        int n = terms.committee().size();
        int t = new CommitteeSize(n).threshold();
        int[] meta = {(int) Math.round(weight * SCALE), 7, 0, 0};
        SortedMap<Integer, int[]> shares = new TreeMap<>();
        for (int j = 1; j <= n; j++) {
            shares.put(j, new int[WORDS]);
        }
        for (int c = 0; c < WORDS; c++) {
            int[] polynomial = random.ints(t, 0, Q).toArray();
            meta[c] = (meta[c] + polynomial[0]) % Q;
            for (int j = 1; j <= n; j++) {
                long value = 0;
                for (int i = t - 1; i >= 0; i--) {
                    value = (value * j + polynomial[i]) % Q;
                }
                shares.get(j)[c] = (int) value;
            }
        }
        return new Masked(meta, shares);
    }

    @Override
    public boolean isBlock(String parameterSet, int[] words) {
        for (int word : words) {
            if (word < 0 || word >= Q) {
                return false;
            }
        }
        return words.length == WORDS;
    }

    @Override
    public boolean isMeta(String parameterSet, int[] words) {
        return isBlock(parameterSet, words);
    }

    /** By trying every set, the smallest first. */
    @Override
    public Optional<ErrorLocator.Errors> errors(
            Terms terms, int needed, SortedMap<Integer, int[]> responses, List<int[]> metaBlocks) {
        int t = new CommitteeSize(terms.committee().size()).threshold();
        List<Integer> points = List.copyOf(responses.keySet());
        Comparator<Integer> smallest = Comparator.comparingInt(Integer::bitCount);
        return IntStream.range(0, 1 << points.size())
                .boxed()
                .sorted(smallest.thenComparing(Comparator.naturalOrder()))
                .filter(mask -> points.size() - Integer.bitCount(mask) >= needed)
                .map(mask -> IntStream.range(0, points.size())
                        .filter(i -> (mask >> i & 1) == 1)
                        .mapToObj(points::get)
                        .collect(Collectors.toCollection(TreeSet::new)))
                .filter(leftOut -> {
                    SortedMap<Integer, int[]> kept = new TreeMap<>(responses);
                    kept.keySet().removeAll(leftOut);
                    int[] sum = secretSum(terms, Opening.firstWithout(responses, leftOut, t));
                    return consistent(t, kept) && decode(terms, sum, metaBlocks).isPresent();
                })
                .findFirst()
                .map(leftOut -> new ErrorLocator.Errors(leftOut, leftOut));
    }

    private static boolean consistent(int t, SortedMap<Integer, int[]> responses) {
        SortedMap<Integer, int[]> first = new TreeMap<>();
        for (Map.Entry<Integer, int[]> entry : responses.entrySet()) {
            if (first.size() < t) {
                first.put(entry.getKey(), entry.getValue());
            } else {
                for (int c = 0; c < WORDS; c++) {
                    if (valueAt(first, entry.getKey(), c) != entry.getValue()[c]) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    @Override
    public int[] secretSum(Terms terms, SortedMap<Integer, int[]> responses) {
        int[] sum = new int[WORDS];
        for (int c = 0; c < WORDS; c++) {
            sum[c] = valueAt(responses, 0, c);
        }
        return sum;
    }

    @Override
    public Optional<MetaSum> decode(Terms terms, int[] secretSum, List<int[]> metaBlocks) {
        int[] opened = new int[WORDS];
        for (int c = 0; c < WORDS; c++) {
            for (int[] block : metaBlocks) {
                opened[c] = (opened[c] + block[c]) % Q;
            }
            opened[c] = Math.floorMod(opened[c] - secretSum[c], Q);
        }
        if (opened[2] != 0 || opened[3] != 0) {
            return Optional.empty();
        }
        List<ModelManifest.MetricSum> metrics = new ArrayList<>();
        metrics.add(new ModelManifest.MetricSum("loss", opened[1]));
        return Optional.of(new MetaSum(opened[0] / SCALE, metrics));
    }

    private static int valueAt(SortedMap<Integer, int[]> points, int at, int c) {
        long sum = 0;
        for (int i : points.keySet()) {
            long numerator = 1;
            long denominator = 1;
            for (int j : points.keySet()) {
                if (i != j) {
                    numerator = numerator * Math.floorMod(at - j, Q) % Q;
                    denominator = denominator * Math.floorMod(i - j, Q) % Q;
                }
            }
            sum = (sum + points.get(i)[c] * (numerator * power(denominator, Q - 2) % Q)) % Q;
        }
        return (int) sum;
    }

    private static long power(long base, int exponent) {
        long result = 1;
        long square = base;
        for (int e = exponent; e > 0; e >>= 1) {
            if ((e & 1) == 1) {
                result = result * square % Q;
            }
            square = square * square % Q;
        }
        return result;
    }
}
