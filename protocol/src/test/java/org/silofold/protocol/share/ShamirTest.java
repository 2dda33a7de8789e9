package org.silofold.protocol.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;

class ShamirTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final int LENGTH = 16;

    @Property(tries = 200)
    void anyThresholdOfSharesGivesTheSecret(@ForAll long seed, @ForAll @IntRange(min = 3, max = 32) int members) {
        Random random = new Random(seed);
        CommitteeSize committee = new CommitteeSize(members);
        int[][] polynomials = polynomials(random, committee.threshold());
        SortedMap<Integer, int[]> some = pick(shares(polynomials, members), committee.threshold(), random);
        assertThat(Shamir.interpolateAtZero(SET, some)).isEqualTo(polynomials[0]);
        some.remove(some.firstKey());
        assertThat(Shamir.interpolateAtZero(SET, some)).isNotEqualTo(polynomials[0]);
    }

    @Property(tries = 100)
    void sharesOfASumAreSumsOfShares(@ForAll long seed, @ForAll @IntRange(min = 3, max = 10) int members) {
        Random random = new Random(seed);
        int threshold = new CommitteeSize(members).threshold();
        int[] secretSum = new int[LENGTH];
        SortedMap<Integer, int[]> sums = shares(new int[threshold][LENGTH], members);
        for (int i = 0; i < 4; i++) {
            int[][] polynomials = polynomials(random, threshold);
            ShareSum.add(SET, secretSum, polynomials[0]);
            shares(polynomials, members).forEach((j, share) -> ShareSum.add(SET, sums.get(j), share));
        }
        assertThat(Shamir.interpolateAtZero(SET, pick(sums, threshold, random))).isEqualTo(secretSum);
    }

    @Property(tries = 200)
    void oneAlteredWordIsSeenAndItsMemberNamed(
            @ForAll long seed,
            @ForAll @IntRange(min = 4, max = 12) int members,
            @ForAll @IntRange(min = 0, max = LENGTH - 1) int position) {
        Random random = new Random(seed);
        int threshold = new CommitteeSize(members).threshold();
        SortedMap<Integer, int[]> shares = shares(polynomials(random, threshold), members);
        assertThat(Shamir.consistent(SET, threshold, shares)).isTrue();
        int liar = 1 + random.nextInt(members);
        shares.get(liar)[position] ^= 1;
        assertThat(Shamir.consistent(SET, threshold, shares)).isFalse();
        SortedMap<Integer, int[]> honest = new TreeMap<>(shares);
        honest.remove(liar);
        SortedMap<Integer, int[]> base = pick(honest, threshold, random);
        assertThat(Shamir.offPolynomial(SET, base, shares)).containsExactly(liar);
    }

    @Test
    void fewerThanTheThresholdProveNothing() {
        SortedMap<Integer, int[]> shares = shares(polynomials(new Random(1), 3), 2);
        assertThatThrownBy(() -> Shamir.consistent(SET, 3, shares)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Shamir.interpolateAtZero(SET, new TreeMap<>()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    static int[][] polynomials(Random random, int threshold) {
        int[][] polynomials = new int[threshold][LENGTH];
        for (int[] coefficients : polynomials) {
            for (int i = 0; i < LENGTH; i++) {
                coefficients[i] = (int) Long.remainderUnsigned(random.nextLong(), SET.q());
            }
        }
        return polynomials;
    }

    private static SortedMap<Integer, int[]> shares(int[][] polynomials, int members) {
        SortedMap<Integer, int[]> shares = new TreeMap<>();
        for (int j = 1; j <= members; j++) {
            shares.put(j, Shamir.evaluate(SET, polynomials, j));
        }
        return shares;
    }

    private static SortedMap<Integer, int[]> pick(SortedMap<Integer, int[]> shares, int count, Random random) {
        List<Integer> points = new ArrayList<>(shares.keySet());
        Collections.shuffle(points, random);
        SortedMap<Integer, int[]> some = new TreeMap<>();
        points.subList(0, count).forEach(point -> some.put(point, shares.get(point)));
        return some;
    }
}
