package org.silofold.protocol.params;

import java.util.Objects;

/**
 * How a real value becomes an integer modulo q: clipped to [-C, C], scaled so that C is M units, and rounded.
 *
 * <p>Capacity. With K silos, each |m| &lt;= M and each |e| &lt;= T (the noise tail), a sum of contributions stays within K(M+T). Since
 * M + T = floor(q / (2GK)), K(M+T) &lt;= q / (2G) &lt; q/2: the sum of any cohort of at most K silos lifts from Z_q to the integers
 * without wrapping, and fills at most 1/G of the range. A sum outside the bound therefore proves a contribution that no honest
 * encoder makes, and a word that is uniform modulo q (a wrong secret sum) lies outside with probability 1 - 1/G at least.
 *
 * @param set the ring
 * @param clip C, the largest magnitude of one value, finite and positive, in the units of a model parameter
 * @param maxCohort K, the largest cohort, 1 or more
 */
public record Encoding(ParameterSet set, double clip, int maxCohort) {
    /** G: the share of the ring that an honest sum can fill is 1/G. */
    public static final int HEADROOM = 16;

    /** @throws IllegalArgumentException if the clip is no magnitude or so large a cohort leaves less signal than error */
    public Encoding {
        Objects.requireNonNull(set);
        if (!(clip >= Float.MIN_NORMAL && clip <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("the clip is a positive normal float, not " + clip);
        }
        if (maxCohort < 1) {
            throw new IllegalArgumentException("the largest cohort is 1 or more, not " + maxCohort);
        }
        // The proof above needs M >= 1; M >= T asks that one silo's full scale also stands above one silo's error.
        if (scale(set, maxCohort) < set.noiseTail()) {
            throw new IllegalArgumentException(set.name() + " has no capacity for cohorts of " + maxCohort);
        }
    }

    /** M: units that make up the clip, {@code floor(q / (2GK)) - noiseTail}; an encoded value is an integer in [-M, M]. */
    public int scale() {
        return (int) scale(set, maxCohort);
    }

    /** T: the largest magnitude of one error, in units. */
    public int noiseTail() {
        return set.noiseTail();
    }

    /**
     * The largest magnitude that the sum of this many contributions can have, in units; below q/2.
     *
     * @param cohort silos in the sum, 1..{@link #maxCohort()}
     */
    public int sumBound(int cohort) {
        requireCohort(cohort);
        return cohort * (scale() + noiseTail());
    }

    /**
     * The largest magnitude that the sum of this many errors can have, in units.
     *
     * @param cohort silos in the sum, 1..{@link #maxCohort()}
     */
    public int noiseBound(int cohort) {
        requireCohort(cohort);
        return cohort * noiseTail();
    }

    /** What one unit is worth: {@code clip / scale}. */
    public double unit() {
        return clip / scale();
    }

    private void requireCohort(int cohort) {
        if (cohort < 1 || cohort > maxCohort) {
            throw new IllegalArgumentException("a cohort has 1.." + maxCohort + " silos, not " + cohort);
        }
    }

    private static long scale(ParameterSet set, int maxCohort) {
        return set.q() / (2L * HEADROOM * maxCohort) - set.noiseTail();
    }
}
