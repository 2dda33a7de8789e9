package org.silofold.protocol.share;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;

class ErrorLocatorTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final Ring RING = Ring.of(SET);
    private static final int LENGTH = 16;
    /** About the canaries' tolerance for 127 silos. */
    private static final int TOLERANCE = 10_668;

    /** A committee's shares, some of them made wrong. */
    private static final class Case {
        final Random random;
        final CommitteeSize committee;
        final int[][] polynomials;
        final SortedMap<Integer, int[]> shares = new TreeMap<>();
        final SortedSet<Integer> liars = new TreeSet<>();

        Case(long seed, int members, int liarCount) {
            random = new Random(seed);
            committee = new CommitteeSize(members);
            polynomials = polynomials(committee.threshold());
            for (int j = 1; j <= members; j++) {
                shares.put(j, Shamir.evaluate(SET, polynomials, j));
            }
            List<Integer> points = new ArrayList<>(shares.keySet());
            Collections.shuffle(points, random);
            liars.addAll(points.subList(0, liarCount));
        }

        int[][] polynomials(int count) {
            int[][] rows = new int[count][LENGTH];
            for (int[] row : rows) {
                for (int i = 0; i < LENGTH; i++) {
                    row[i] = word();
                }
            }
            return rows;
        }

        int word() {
            return (int) Long.remainderUnsigned(random.nextLong(), SET.q());
        }

        /** Each liar says anything. */
        void lieAtRandom() {
            liars.forEach(j -> shares.put(j, polynomials(1)[0]));
        }

        /** Each liar alters one word. */
        void lieInOneWord() {
            liars.forEach(j -> shares.get(j)[random.nextInt(LENGTH)] ^= 1);
        }

        /** All liars speak of one other polynomial, which is the right one at as many honest points as it can be. */
        void collude() {
            List<Integer> agreed = new ArrayList<>(shares.keySet());
            agreed.removeAll(liars);
            Collections.shuffle(agreed, random);
            int[] direction = polynomials(1)[0];
            for (int liar : liars) {
                int factor = 1;
                for (int zero : agreed.subList(0, committee.threshold() - 1)) {
                    factor = RING.multiply(factor, RING.lower(liar - zero));
                }
                for (int i = 0; i < LENGTH; i++) {
                    shares.get(liar)[i] = RING.add(shares.get(liar)[i], RING.multiply(factor, direction[i]));
                }
            }
        }

        boolean opens(SortedSet<Integer> without) {
            SortedMap<Integer, int[]> rest = new TreeMap<>(shares);
            rest.keySet().removeAll(without);
            while (rest.size() > committee.threshold()) {
                rest.remove(rest.lastKey());
            }
            return java.util.Arrays.equals(Shamir.interpolateAtZero(SET, rest), polynomials[0]);
        }

        ErrorLocator locator() {
            return new ErrorLocator(SET, committee.threshold(), shares);
        }

        /** Three words are three of the share, whose secret is known up to the tolerance. */
        ErrorLocator.Errors byProbe() {
            SortedMap<Integer, int[]> probes = new TreeMap<>();
            shares.forEach((j, words) -> probes.put(j, new int[] {words[0], words[5], words[9]}));
            int[] secret = polynomials[0];
            int[] targets = {noisy(secret[0]), noisy(secret[5]), noisy(secret[9])};
            return locator()
                    .findByProbe(probes, targets, TOLERANCE, this::opens)
                    .orElseThrow();
        }

        private int noisy(int word) {
            return RING.add(word, RING.lower(random.nextInt(2 * TOLERANCE + 1) - TOLERANCE));
        }
    }

    @Property(tries = 60)
    void findsAsManyAsAnyDecoderMust(@ForAll long seed, @ForAll @IntRange(min = 3, max = 32) int members) {
        CommitteeSize size = new CommitteeSize(members);
        Case shares = new Case(seed, members, (members - size.threshold()) / 2);
        if (new Random(seed).nextBoolean()) {
            shares.collude();
        } else {
            shares.lieInOneWord();
        }
        if (members > size.threshold()) {
            assertThat(shares.locator().find(members, wrong -> true)).contains(exactly(shares.liars));
        }
    }

    @Property(tries = 20)
    void findsIndependentLiarsUpToOneLessThanTheRedundancy(
            @ForAll long seed, @ForAll @IntRange(min = 4, max = 22) int members) {
        Case shares = new Case(seed, members, members - new CommitteeSize(members).threshold() - 1);
        shares.lieAtRandom();
        assertThat(shares.locator().find(members, wrong -> true)).contains(exactly(shares.liars));
    }

    @Test
    void findsNineOfThirtyTwo() {
        Case shares = new Case(41, 32, 9);
        shares.lieAtRandom();
        assertThat(shares.locator().find(10, wrong -> true)).contains(exactly(shares.liars));
    }

    @Property(tries = 20)
    void whatIsKnownOfTheSecretTellsAllLiarsApart(@ForAll long seed, @ForAll @IntRange(min = 4, max = 22) int members) {
        Case shares = new Case(seed, members, members - new CommitteeSize(members).threshold());
        shares.lieAtRandom();
        assertThat(shares.byProbe()).isEqualTo(exactly(shares.liars));
        Case together = new Case(seed, members, members - new CommitteeSize(members).threshold());
        together.collude();
        assertOpensAndBlamesNoHonest(together);
    }

    @Test
    void tenLiarsOfThirtyTwoAreTold() {
        assertThat(new CommitteeSize(32).faults()).isEqualTo(10);
        Case independent = new Case(5, 32, 10);
        independent.lieAtRandom();
        assertThat(independent.locator().find(10, independent::opens)).isEmpty();
        assertThat(independent.byProbe()).isEqualTo(exactly(independent.liars));
        Case together = new Case(6, 32, 10);
        together.collude();
        assertOpensAndBlamesNoHonest(together);
    }

    /** Seven liars whose errors cancel in more sets than secrets may be put forward: all of them give the one right secret. */
    @Test
    void liarsWhoMakeManySetsGiveTheSecretAreTold() {
        Case together = new Case(821_469, 22, 22 - new CommitteeSize(22).threshold());
        together.collude();
        assertOpensAndBlamesNoHonest(together);
    }

    private static ErrorLocator.Errors exactly(SortedSet<Integer> liars) {
        return new ErrorLocator.Errors(liars, liars);
    }

    /** Liars who agree can make sets with honest members in them give the right secret, and so share the blame; they cannot pass it on. */
    private static void assertOpensAndBlamesNoHonest(Case shares) {
        ErrorLocator.Errors errors = shares.byProbe();
        assertThat(shares.opens(errors.leftOut())).isTrue();
        assertThat(shares.liars).containsAll(errors.wrong());
    }

    /** Shares whose differences the probes cannot see give many secrets: none is taken. */
    @Test
    void differencesThatProbesCannotSeeOpenNothing() {
        Case shares = new Case(11, 13, 4);
        shares.liars.forEach(j -> shares.shares.get(j)[1] = shares.word());
        SortedMap<Integer, int[]> blind = new TreeMap<>();
        shares.shares.forEach((j, words) -> blind.put(j, new int[] {words[0]}));
        int[] target = {shares.polynomials[0][0]};
        assertThat(shares.locator().findByProbe(blind, target, TOLERANCE, wrong -> true))
                .isEmpty();
    }

    /** Nine liars and 21 honest members make up a wrong polynomial that only two members are off: it is passed over, the right one found. */
    @Test
    void aWrongPolynomialThatLooksRightIsPassedOver() {
        Case shares = new Case(8, 32, 9);
        shares.collude();
        assertThat(shares.locator().find(10, wrong -> true).orElseThrow().wrong())
                .hasSize(2)
                .doesNotContainAnyElementsOf(shares.liars);
        assertThat(shares.locator().find(10, shares::opens)).contains(exactly(shares.liars));
    }

    @Test
    void aRefusedPolynomialIsNotAskedForAgain() {
        Case shares = new Case(9, 13, 1);
        shares.lieAtRandom();
        List<SortedSet<Integer>> asked = new ArrayList<>();
        assertThat(shares.locator().find(13, wrong -> {
                    asked.add(wrong);
                    return false;
                }))
                .isEmpty();
        assertThat(asked).containsExactly(shares.liars);
    }
}
