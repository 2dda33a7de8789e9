package org.silofold.protocol.mask;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.silofold.protocol.params.ParameterSet;

/**
 * Cumulative distribution of |x| for the discrete Gaussian D(x) ~ exp(-x^2 / (2 sigma^2)), |x| &lt;= bound, to 126 bits, each threshold as two
 * limbs of 63 bits.
 */
final class GaussianTable {
    /** Bits of a threshold. */
    static final int BITS = 126;

    private static final ConcurrentMap<ParameterSet, GaussianTable> TABLES = new ConcurrentHashMap<>();
    private static final MathContext PRECISION = new MathContext(80, RoundingMode.HALF_EVEN);

    /** High 63 bits of threshold k = floor(2^126 * P(|x| <= k)), for k in 0..bound-1. */
    final long[] high;
    /** Low 63 bits. */
    final long[] low;

    GaussianTable(double sigma, int bound) {
        BigDecimal[] weights = new BigDecimal[bound + 1];
        BigDecimal total = BigDecimal.ZERO;
        BigDecimal twiceVariance = BigDecimal.valueOf(sigma).pow(2).multiply(BigDecimal.valueOf(2));
        for (int k = 0; k <= bound; k++) {
            BigDecimal weight = exp(BigDecimal.valueOf(-(long) k * k).divide(twiceVariance, PRECISION));
            weights[k] = k == 0 ? weight : weight.multiply(BigDecimal.valueOf(2));
            total = total.add(weights[k]);
        }
        high = new long[bound];
        low = new long[bound];
        BigDecimal cumulative = BigDecimal.ZERO;
        BigDecimal one = new BigDecimal(BigInteger.ONE.shiftLeft(BITS));
        for (int k = 0; k < bound; k++) {
            cumulative = cumulative.add(weights[k]);
            BigInteger threshold =
                    cumulative.multiply(one).divide(total, PRECISION).toBigInteger();
            high[k] = threshold.shiftRight(63).longValueExact();
            low[k] = threshold.longValue() & Long.MAX_VALUE;
        }
    }

    /** The table of this parameter set, computed once: it takes tens of milliseconds. */
    static GaussianTable of(ParameterSet set) {
        return TABLES.computeIfAbsent(
                set, s -> new GaussianTable(s.sigma(), (int) Math.floor(s.tailSigmas() * s.sigma())));
    }

    /** exp of a number that is not positive: exp(x / 2^12)^(2^12) by the Taylor series. */
    private static BigDecimal exp(BigDecimal x) {
        MathContext inner = new MathContext(PRECISION.getPrecision() + 20, RoundingMode.HALF_EVEN);
        BigDecimal reduced = x.divide(BigDecimal.valueOf(1L << 12), inner);
        BigDecimal sum = BigDecimal.ONE;
        BigDecimal term = BigDecimal.ONE;
        for (int i = 1; i <= 60; i++) {
            term = term.multiply(reduced, inner).divide(BigDecimal.valueOf(i), inner);
            sum = sum.add(term, inner);
        }
        for (int i = 0; i < 12; i++) {
            sum = sum.multiply(sum, inner);
        }
        return sum;
    }
}
