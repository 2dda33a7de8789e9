package org.silofold.protocol.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.silofold.protocol.params.ParameterSet;

class RingTest {
    /** The production modulus, a small one, and the largest prime below 2^32 that is 1 modulo 32. */
    private static final ParameterSet[] SETS = {
        new ParameterSet("TEST-16-32", 16, 4293918721L, 6.4, 13),
        new ParameterSet("TEST-16-14", 16, 12289, 6.4, 13),
        new ParameterSet("TEST-16-TOP", 16, 4294966657L, 6.4, 13),
    };

    @Property(tries = 300)
    void arithmeticMatchesBigIntegers(@ForAll @LongRange(min = 0) long first, @ForAll @LongRange(min = 0) long second) {
        for (ParameterSet set : SETS) {
            Ring ring = Ring.of(set);
            BigInteger q = BigInteger.valueOf(set.q());
            for (long[] pair :
                    new long[][] {{first, second}, {set.q() - 1, set.q() - 1}, {set.q() - 1, second}, {0, first}}) {
                int a = (int) (pair[0] % set.q());
                int b = (int) (pair[1] % set.q());
                BigInteger x = big(a);
                BigInteger y = big(b);
                assertThat(big(ring.add(a, b))).isEqualTo(x.add(y).mod(q));
                assertThat(big(ring.subtract(a, b))).isEqualTo(x.subtract(y).mod(q));
                assertThat(big(ring.multiply(a, b))).isEqualTo(x.multiply(y).mod(q));
                assertThat(big(ring.multiplyBy(ring.toMontgomery(a), b)))
                        .isEqualTo(x.multiply(y).mod(q));
                assertThat(ring.lower(ring.lift(a))).isEqualTo(a);
                assertThat(2 * Math.abs((long) ring.lift(a))).isLessThan(set.q());
            }
        }
    }

    @Property(tries = 60)
    void transformRoundTripsAndMultipliesAsTheSchoolbookDoes(@ForAll long seed) {
        Random random = new Random(seed);
        for (ParameterSet set : SETS) {
            Ring ring = Ring.of(set);
            int[] a = words(set, random);
            int[] b = words(set, random);
            int[] expected = schoolbook(set, a, b);
            int[] product = a.clone();
            ring.forward(product);
            int[] back = product.clone();
            ring.inverse(back);
            assertThat(back).isEqualTo(a);
            int[] factors = b.clone();
            ring.forward(factors);
            ring.toMontgomery(factors);
            ring.pointwise(product, factors);
            ring.inverse(product);
            assertThat(product).isEqualTo(expected);
        }
    }

    @Property(tries = 10)
    void slotsAreValuesAtOddPowersOfPsiInBitReversedOrder(@ForAll long seed) {
        ParameterSet set = SETS[0];
        Ring ring = Ring.of(set);
        int[] a = words(set, new Random(seed));
        int[] slots = a.clone();
        ring.forward(slots);
        for (int i = 0; i < set.n(); i++) {
            int reversed = Integer.reverse(i) >>> 28;
            long at = ring.pow(ring.psi(), 2L * reversed + 1);
            int value = 0;
            for (int k = set.n() - 1; k >= 0; k--) {
                value = ring.add(ring.multiply(value, (int) at), a[k]);
            }
            assertThat(slots[i]).isEqualTo(value);
        }
    }

    private static int[] words(ParameterSet set, Random random) {
        int[] words = new int[set.n()];
        for (int i = 0; i < words.length; i++) {
            words[i] = (int) Long.remainderUnsigned(random.nextLong(), set.q());
        }
        return words;
    }

    private static int[] schoolbook(ParameterSet set, int[] a, int[] b) {
        int n = set.n();
        BigInteger[] sums = new BigInteger[n];
        java.util.Arrays.fill(sums, BigInteger.ZERO);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                BigInteger term = big(a[i]).multiply(big(b[j]));
                sums[(i + j) % n] = sums[(i + j) % n].add(i + j < n ? term : term.negate());
            }
        }
        int[] words = new int[n];
        for (int i = 0; i < n; i++) {
            words[i] = sums[i].mod(BigInteger.valueOf(set.q())).intValue();
        }
        return words;
    }

    private static BigInteger big(int word) {
        return BigInteger.valueOf(Integer.toUnsignedLong(word));
    }
}
