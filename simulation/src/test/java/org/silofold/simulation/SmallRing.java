package org.silofold.simulation;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.silofold.job.coordinate.MaskMath;
import org.silofold.job.coordinate.MetaSum;
import org.silofold.job.event.Terms;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.share.ErrorLocator;
import org.silofold.protocol.share.Shamir;

/**
 * The protocol's mask and sharing over a ring of eight coefficients, so that a run costs little. It hides nothing from a lattice attack;
 * what is tested over it is who gets which sum. Names on the wire stay those of the real set.
 *
 * <pre>
 *   meta block: slot 0 the weight times {@value #SCALE}, slots 4..7 zero (canaries)
 * </pre>
 */
final class SmallRing implements SimulatedRing, MaskMath {
    /** N = 8, q = 7 * 2^20 + 1. */
    static final ParameterSet SET = new ParameterSet("SIMULATION-8-23", 8, 7340033, 0.5, 6);

    /** Units of a weight of one hundredth: above twice the error of the largest cohort. */
    static final int SCALE = 256;

    /** The meta block's index, after one block of parameters. */
    static final int META_BLOCK = 1;

    private static final int FIRST_CANARY = 4;

    /** Largest magnitude of an honest parameter. */
    private static final int RANGE = 100_000;

    @Override
    public ParameterSet set() {
        return SET;
    }

    @Override
    public MaskMath math() {
        return this;
    }

    @Override
    public int range() {
        return RANGE;
    }

    @Override
    public int[] meta(int hundredths) {
        int[] meta = new int[SET.n()];
        meta[0] = hundredths * SCALE;
        return meta;
    }

    @Override
    public int canary() {
        return FIRST_CANARY;
    }

    @Override
    public boolean isMeta(String parameterSet, int[] words) {
        return isBlock(parameterSet, words);
    }

    @Override
    public boolean isBlock(String parameterSet, int[] words) {
        try {
            Words.check(SET, words);
            return words.length == SET.n();
        } catch (RejectedException e) {
            return false;
        }
    }

    /** By trying every set to leave out, the smallest first. */
    @Override
    public Optional<ErrorLocator.Errors> errors(
            Terms terms, int needed, SortedMap<Integer, int[]> responses, List<int[]> metaBlocks) {
        List<Integer> points = List.copyOf(responses.keySet());
        return IntStream.range(0, 1 << points.size())
                .filter(mask -> points.size() - Integer.bitCount(mask) >= needed)
                .boxed()
                .sorted(Comparator.comparingInt(Integer::bitCount))
                .map(mask -> IntStream.range(0, points.size())
                        .filter(i -> (mask >> i & 1) == 1)
                        .mapToObj(points::get)
                        .collect(Collectors.toCollection(TreeSet::new)))
                .filter(leftOut -> opens(terms, responses, leftOut, metaBlocks))
                .findFirst()
                .map(leftOut -> new ErrorLocator.Errors(leftOut, leftOut));
    }

    private boolean opens(
            Terms terms, SortedMap<Integer, int[]> responses, Set<Integer> leftOut, List<int[]> metaBlocks) {
        int threshold = new CommitteeSize(terms.committee().size()).threshold();
        SortedMap<Integer, int[]> kept = new TreeMap<>(responses);
        kept.keySet().removeAll(leftOut);
        if (!Shamir.consistent(SET, threshold, kept)) {
            return false;
        }
        while (kept.size() > threshold) {
            kept.remove(kept.lastKey());
        }
        return decode(terms, secretSum(terms, kept), metaBlocks).isPresent();
    }

    @Override
    public int[] secretSum(Terms terms, SortedMap<Integer, int[]> responses) {
        return Shamir.interpolateAtZero(SET, responses);
    }

    @Override
    public Optional<MetaSum> decode(Terms terms, int[] secretSum, List<int[]> metaBlocks) {
        int[] opened = SimulatedRing.open(SET, terms.context(), META_BLOCK, secretSum, metaBlocks);
        for (int slot = FIRST_CANARY; slot < SET.n(); slot++) {
            if (Math.abs(opened[slot]) > SET.noiseTail() * metaBlocks.size()) {
                return Optional.empty();
            }
        }
        long hundredths = Math.round((double) opened[0] / SCALE);
        return hundredths < 1 ? Optional.empty() : Optional.of(new MetaSum(hundredths / 100.0, List.of()));
    }
}
