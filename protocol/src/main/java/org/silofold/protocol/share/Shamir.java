package org.silofold.protocol.share;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.params.ParameterSet;

/**
 * Shamir's secret sharing over Z_q (A. Shamir, How to share a secret, 1979), on vectors of words: one polynomial for each position,
 * all evaluated at the same point. Points are members' seats, from 1. All arithmetic takes the same time whatever the words.
 */
public final class Shamir {
    private Shamir() {}

    /**
     * The polynomials' values at a point.
     *
     * @param coefficients t vectors of the same length: of x^0, x^1, ...
     * @param point from 1
     * @return the values, owned by the caller
     */
    public static int[] evaluate(ParameterSet set, int[][] coefficients, int point) {
        Ring ring = Ring.of(set);
        int factor = ring.toMontgomery(point);
        int[] values = coefficients[coefficients.length - 1].clone();
        for (int degree = coefficients.length - 2; degree >= 0; degree--) {
            int[] lower = coefficients[degree];
            for (int i = 0; i < values.length; i++) {
                values[i] = ring.add(ring.multiplyBy(factor, values[i]), lower[i]);
            }
        }
        return values;
    }

    /**
     * The values at 0 of the polynomials of lowest degree through these shares: the secret, if there are at least t and all are right.
     *
     * @param shares vectors of the same length by point
     * @return the values, owned by the caller
     */
    public static int[] interpolateAtZero(ParameterSet set, SortedMap<Integer, int[]> shares) {
        return interpolate(set, shares, 0);
    }

    /**
     * Whether all these shares lie on polynomials of degree below t. Any t of them do.
     *
     * @param shares t or more: fewer would prove nothing
     */
    public static boolean consistent(ParameterSet set, int threshold, SortedMap<Integer, int[]> shares) {
        if (shares.size() < threshold) {
            throw new IllegalArgumentException(shares.size() + " shares prove nothing where " + threshold + " open");
        }
        return offPolynomial(set, firstOf(shares, threshold), shares).isEmpty();
    }

    /**
     * The members whose shares differ from what a base of t shares determines.
     *
     * @param base exactly t shares
     * @param shares all shares, those of the base among them
     */
    public static List<Integer> offPolynomial(
            ParameterSet set, SortedMap<Integer, int[]> base, SortedMap<Integer, int[]> shares) {
        List<Integer> off = new ArrayList<>();
        for (Map.Entry<Integer, int[]> share : shares.entrySet()) {
            if (!base.containsKey(share.getKey())
                    && !Arrays.equals(interpolate(set, base, share.getKey()), share.getValue())) {
                off.add(share.getKey());
            }
        }
        return off;
    }

    private static SortedMap<Integer, int[]> firstOf(SortedMap<Integer, int[]> shares, int count) {
        SortedMap<Integer, int[]> first = new TreeMap<>();
        for (Map.Entry<Integer, int[]> share : shares.entrySet()) {
            if (first.size() < count) {
                first.put(share.getKey(), share.getValue());
            }
        }
        return first;
    }

    /** The values at a point of the polynomials through these shares, by Lagrange's formula. */
    static int[] interpolate(ParameterSet set, SortedMap<Integer, int[]> shares, int at) {
        if (shares.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to interpolate");
        }
        Ring ring = Ring.of(set);
        int[] values = new int[shares.get(shares.firstKey()).length];
        for (Map.Entry<Integer, int[]> share : shares.entrySet()) {
            if (share.getValue().length != values.length) {
                throw new IllegalArgumentException("shares have different lengths");
            }
            int weight = lagrange(ring, shares, share.getKey(), at);
            ring.addScaled(values, ring.toMontgomery(weight), share.getValue());
        }
        return values;
    }

    private static int lagrange(Ring ring, SortedMap<Integer, int[]> shares, int own, int at) {
        int numerator = 1;
        int denominator = 1;
        for (int other : shares.keySet()) {
            if (other != own) {
                numerator = ring.multiply(numerator, ring.lower(at - other));
                denominator = ring.multiply(denominator, ring.lower(own - other));
            }
        }
        long q = ring.set().q();
        int inverse = (int) ring.pow(Integer.toUnsignedLong(denominator), q - 2);
        return ring.multiply(numerator, inverse);
    }
}
