package org.silofold.protocol.mask;

import java.math.BigInteger;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.silofold.protocol.params.ParameterSet;

/**
 * Arithmetic in Z_q[X]/(X^N + 1): modular operations and the negacyclic number-theoretic transform. Immutable and thread-safe; no
 * branch or index depends on a value, so times do not tell them.
 *
 * <p>Products are reduced as Montgomery does (Mathematics of Computation 44, 1985) with R = 2^32. The transform is Cooley-Tukey with psi's
 * powers in bit-reversed order, the inverse Gentleman-Sande (as in FIPS 203, algorithms 9 and 10, but over all log2 N layers):
 * slot i holds the value at {@code psi^(2*brv(i)+1)}.
 */
public final class Ring {
    private static final long MASK = 0xffffffffL;
    private static final ConcurrentMap<ParameterSet, Ring> RINGS = new ConcurrentHashMap<>();

    private final ParameterSet set;
    private final int n;
    private final long q;
    /** q^-1 modulo 2^32. */
    private final long qInverse;
    /** 2^64 modulo q: brings a word into Montgomery form. */
    private final long rSquared;

    private final long psi;
    private final int generator;
    /** psi^brv(i) in Montgomery form. */
    private final int[] zetas;
    /** N^-1 in Montgomery form. */
    private final long nInverse;

    private Ring(ParameterSet set) {
        this.set = set;
        n = set.n();
        q = set.q();
        BigInteger modulus = BigInteger.valueOf(q);
        qInverse = modulus.modInverse(BigInteger.ONE.shiftLeft(32)).longValueExact();
        rSquared = BigInteger.ONE.shiftLeft(64).mod(modulus).longValueExact();
        int g = 2;
        while (pow(pow(g, (q - 1) / (2L * n)), n) != q - 1) {
            g++;
        }
        generator = g;
        psi = pow(g, (q - 1) / (2L * n));
        nInverse = montgomery(pow(n, q - 2), rSquared);
        zetas = new int[n];
        int bits = Integer.numberOfTrailingZeros(n);
        long power = montgomery(1, rSquared);
        long step = montgomery(psi, rSquared);
        for (int i = 0; i < n; i++) {
            zetas[Integer.reverse(i) >>> (32 - bits)] = (int) power;
            power = montgomery(power, step);
        }
    }

    /** The ring of this parameter set; its tables are computed once. */
    public static Ring of(ParameterSet set) {
        return RINGS.computeIfAbsent(set, Ring::new);
    }

    /** The parameter set this ring is of. */
    public ParameterSet set() {
        return set;
    }

    /** The primitive 2N-th root of unity that the transform uses: {@code generator^((q-1)/2N)}. */
    public long psi() {
        return psi;
    }

    /** The smallest g &gt;= 2 whose {@code (q-1)/2N}-th power has order 2N. */
    public int generator() {
        return generator;
    }

    /** a + b modulo q. */
    public int add(int a, int b) {
        return (int) reduceOnce((a & MASK) + (b & MASK));
    }

    /** a - b modulo q. */
    public int subtract(int a, int b) {
        return (int) raise((a & MASK) - (b & MASK));
    }

    /** a * b modulo q. */
    public int multiply(int a, int b) {
        return (int) montgomery(montgomery(a & MASK, b & MASK), rSquared);
    }

    /** base^exponent modulo q, for exponents that are no secret. */
    public long pow(long base, long exponent) {
        long result = 1;
        long square = base;
        for (long rest = exponent; rest != 0; rest >>>= 1) {
            if ((rest & 1) == 1) {
                result = multiply((int) result, (int) square) & MASK;
            }
            square = multiply((int) square, (int) square) & MASK;
        }
        return result;
    }

    /** The word that is this signed number modulo q; its magnitude is below q. */
    public int lower(int signed) {
        return (int) raise(signed);
    }

    /** The number in (-q/2, q/2) that is this word modulo q. */
    public int lift(int word) {
        long value = word & MASK;
        return (int) (value - (q & ((q / 2 - value) >> 63)));
    }

    /** The word in Montgomery form (times 2^32): the constant factor of {@link #multiplyBy}. */
    public int toMontgomery(int word) {
        return (int) montgomery(word & MASK, rSquared);
    }

    /** word times factor modulo q, where the factor is in {@linkplain #toMontgomery Montgomery form}. */
    public int multiplyBy(int factor, int word) {
        return (int) montgomery(factor & MASK, word & MASK);
    }

    /** Brings N words into Montgomery form, in place. */
    public void toMontgomery(int[] words) {
        for (int i = 0; i < n; i++) {
            words[i] = (int) montgomery(words[i] & MASK, rSquared);
        }
    }

    /** {@code words[i] = words[i] * factors[i]} for N words, where the factors are in Montgomery form. */
    public void pointwise(int[] words, int[] factors) {
        for (int i = 0; i < n; i++) {
            words[i] = (int) montgomery(words[i] & MASK, factors[i] & MASK);
        }
    }

    /** {@code sum[i] = sum[i] + factor * words[i]}, where the factor is in Montgomery form; for as many words as sum has. */
    public void addScaled(int[] sum, int factor, int[] words) {
        long scale = factor & MASK;
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (int) reduceOnce((sum[i] & MASK) + montgomery(scale, words[i] & MASK));
        }
    }

    /** Coefficients to transform, in place. */
    public void forward(int[] a) {
        int next = 1;
        for (int length = n / 2; length >= 1; length >>= 1) {
            for (int start = 0; start < n; start += 2 * length) {
                butterflies(a, start, length, zetas[next++] & MASK);
            }
        }
    }

    /** Transform to coefficients, in place. */
    public void inverse(int[] a) {
        int next = n;
        for (int length = 1; length < n; length <<= 1) {
            for (int start = 0; start < n; start += 2 * length) {
                inverseButterflies(a, start, length, q - (zetas[--next] & MASK));
            }
        }
        for (int i = 0; i < n; i++) {
            a[i] = (int) montgomery(a[i] & MASK, nInverse);
        }
    }

    private void butterflies(int[] a, int start, int length, long zeta) {
        for (int i = start; i < start + length; i++) {
            long low = a[i] & MASK;
            long high = montgomery(zeta, a[i + length] & MASK);
            a[i] = (int) reduceOnce(low + high);
            a[i + length] = (int) raise(low - high);
        }
    }

    private void inverseButterflies(int[] a, int start, int length, long minusZeta) {
        for (int i = start; i < start + length; i++) {
            long low = a[i] & MASK;
            long high = a[i + length] & MASK;
            a[i] = (int) reduceOnce(low + high);
            a[i + length] = (int) montgomery(minusZeta, raise(low - high));
        }
    }

    /**
     * a * b / 2^32 modulo q for a, b in [0, q). The product is at most (q-1)^2 &lt; 2^64, exact as an unsigned long. It and m*q agree in
     * their low 32 bits, so the difference of the high halves is the exact quotient, in (-q, q).
     */
    private long montgomery(long a, long b) {
        long product = a * b;
        long m = (product * qInverse) & MASK;
        return raise((product >>> 32) - ((m * q) >>> 32));
    }

    /** [0, 2q) to [0, q). */
    private long reduceOnce(long value) {
        return raise(value - q);
    }

    /** (-q, q) to [0, q). */
    private long raise(long value) {
        return value + (q & (value >> 63));
    }
}
