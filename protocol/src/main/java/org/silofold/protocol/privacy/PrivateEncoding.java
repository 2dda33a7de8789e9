package org.silofold.protocol.privacy;

import java.util.Objects;
import org.silofold.protocol.params.Encoding;

/**
 * How an update becomes integers when sums are differentially private: the scale, the bound on the rounded update's norm and the width of
 * each silo's noise. Every party computes the same from the same policy.
 *
 * <p>With clip C of one value, L the l2 clip, s the scale (units of one), d parameters, h honest silos and z the noise multiplier:
 *
 * <pre>
 *   c     = s L                                                    the clipped update's norm in units
 *   N     = min((c + sqrt d)^2, c^2 + d/4 + sqrt(2 ln 1/beta) (c + sqrt(d)/2))   squared norm after rounding
 *   sigma = ceil(z sqrt(N) / sqrt(h))                              each silo's noise
 *   V     = ceil(s min(C, L)),  B = 13 sigma,  V + B &lt;= M          values, noise, capacity
 * </pre>
 *
 * <p>N is Proposition 22 of Kairouz, Liu, Steinke (arXiv 2102.06387): stochastic rounding stays within it with probability 1 - beta at least, and it
 * is drawn again until it does. s is the largest power of two that fits, so scaling is exact and no rounding of a division decides whether two
 * parties agree. A message is a value and noise, so |m| &lt;= M as without privacy, and {@link Encoding}'s capacity holds unchanged.
 */
public final class PrivateEncoding {
    /** Noise is cut at this many sigma; the probability of that is charged to delta. */
    public static final int TAIL_SIGMAS = 13;

    /** The least sigma in units: the sum of discrete Gaussians is then one for all purposes, and rounding sigma up costs little. */
    public static final int LEAST_SIGMA = 64;

    /** The largest noise multiplier. */
    public static final double MOST_NOISE = 1000;

    /** sqrt(2 ln(1/beta)) for beta = 2^-64: that a rounding is drawn twice is never seen. */
    private static final double REDRAW = StrictMath.sqrt(128 * StrictMath.log(2));

    private static final double MOST_SQUARED_NORM = 0x1p61;

    private final Encoding encoding;
    private final double l2Clip;
    private final int honest;
    private final long parameters;
    private final double scale;
    private final long squaredNorm;
    private final int sigma;
    private final int valueBound;

    private PrivateEncoding(Encoding encoding, double l2Clip, double noise, int honest, long parameters, double scale) {
        this.encoding = encoding;
        this.l2Clip = l2Clip;
        this.honest = honest;
        this.parameters = parameters;
        this.scale = scale;
        double bound = squaredNorm(scale * l2Clip, parameters);
        this.squaredNorm = (long) bound;
        this.sigma = (int) sigma(bound, noise, honest);
        this.valueBound = (int) valueBound(scale, encoding, l2Clip);
    }

    /**
     * The encoding of a policy for a model.
     *
     * @param encoding ring, clip of one value and largest cohort
     * @param l2Clip L: the largest l2 norm of an update, in the units of a model parameter, finite and positive
     * @param noiseMultiplier z: standard deviation of the honest silos' noise together, in units of the sensitivity, above 0, at most {@value #MOST_NOISE}
     * @param minCohort fewest silos in a cohort, 1..maxCohort
     * @param colluders silos of a cohort whose noise does not count, because they know it or left it out, 0..minCohort - 1
     * @param parameters of the model, 1 or more
     * @throws IllegalArgumentException if a number is outside its range, or values and noise do not fit the ring at any useful scale
     */
    public static PrivateEncoding of(
            Encoding encoding, double l2Clip, double noiseMultiplier, int minCohort, int colluders, long parameters) {
        Objects.requireNonNull(encoding);
        require(
                l2Clip >= Float.MIN_NORMAL && l2Clip <= Float.MAX_VALUE,
                "the l2 clip is a positive normal float, not ",
                l2Clip);
        require(
                noiseMultiplier > 0 && noiseMultiplier <= MOST_NOISE,
                "the noise multiplier is in (0, 1000], not ",
                noiseMultiplier);
        require(
                minCohort >= 1 && minCohort <= encoding.maxCohort(),
                "the least cohort is 1..maxCohort, not ",
                minCohort);
        require(colluders >= 0 && colluders < minCohort, "colluders are fewer than the least cohort, not ", colluders);
        require(parameters >= 1, "a model has 1 or more parameters, not ", parameters);
        int honest = minCohort - colluders;
        double root = Math.sqrt((double) parameters);
        int exponent = Math.getExponent(encoding.scale() / Math.min(encoding.clip(), l2Clip));
        double scale = Math.scalb(1.0, exponent);
        while (scale * l2Clip >= root && !fits(encoding, l2Clip, noiseMultiplier, honest, parameters, scale)) {
            scale /= 2;
        }
        if (scale * l2Clip < root) {
            throw new IllegalArgumentException("noise multiplier " + noiseMultiplier + " for " + honest
                    + " honest silos and " + parameters + " parameters leaves no room in the ring for cohorts of "
                    + encoding.maxCohort());
        }
        double sigma = sigma(squaredNorm(scale * l2Clip, parameters), noiseMultiplier, honest);
        require(sigma >= LEAST_SIGMA, "the noise must be at least " + LEAST_SIGMA + " units wide, not ", sigma);
        return new PrivateEncoding(encoding, l2Clip, noiseMultiplier, honest, parameters, scale);
    }

    /** The encoding without privacy: ring, clip of one value, capacity. */
    public Encoding encoding() {
        return encoding;
    }

    /** L: the largest l2 norm of an update. */
    public double l2Clip() {
        return l2Clip;
    }

    /** h: the honest silos that every cohort has. */
    public int honest() {
        return honest;
    }

    /** d: parameters of the model. */
    public long parameters() {
        return parameters;
    }

    /** s: units of one, a power of two. */
    public double scale() {
        return scale;
    }

    /** N: the largest sum of squares of a rounded update, in units, at most 2^61. Its root is the l2 sensitivity. */
    public long squaredNorm() {
        return squaredNorm;
    }

    /** The parameter sigma of each silo's noise, in units. */
    public int sigma() {
        return sigma;
    }

    /** V: the largest magnitude of a rounded value, in units. */
    public int valueBound() {
        return valueBound;
    }

    /** B: where noise is cut, in units. */
    public int noiseBound() {
        return TAIL_SIGMAS * sigma;
    }

    /**
     * What {@link org.silofold.protocol.encode.SumOpener#mean} and {@link org.silofold.protocol.encode.MeanDecoder} divide by to give
     * {@code sum / (s * cohort)}: a private update is scaled as a plain one of weight {@code s C / M} is. The number of silos is public, so this
     * costs no privacy; nor does cutting the mean to [-C, C], which bounds what noise can do to a model.
     *
     * @param cohort silos in the sum, 1..maxCohort
     */
    public double sumOfWeights(int cohort) {
        return cohort * (scale * encoding.clip() / encoding.scale());
    }

    /**
     * Standard deviation of the noise in each value of the mean, in the units of a model parameter.
     *
     * @param cohort silos in the mean, all honest, 1 or more
     */
    public double meanNoise(int cohort) {
        return sigma / (scale * Math.sqrt(cohort));
    }

    private static boolean fits(
            Encoding encoding, double l2Clip, double noise, int honest, long parameters, double scale) {
        double squaredNorm = squaredNorm(scale * l2Clip, parameters);
        double reach = valueBound(scale, encoding, l2Clip) + TAIL_SIGMAS * sigma(squaredNorm, noise, honest);
        return squaredNorm <= MOST_SQUARED_NORM && reach <= encoding.scale();
    }

    private static double squaredNorm(double norm, long parameters) {
        double root = Math.sqrt((double) parameters);
        double always = (norm + root) * (norm + root);
        double mostly = norm * norm + parameters / 4.0 + REDRAW * (norm + root / 2);
        return Math.ceil(Math.min(always, mostly));
    }

    private static double sigma(double squaredNorm, double noise, int honest) {
        return Math.ceil(noise * Math.sqrt(squaredNorm / honest));
    }

    private static double valueBound(double scale, Encoding encoding, double l2Clip) {
        return Math.ceil(scale * Math.min(encoding.clip(), l2Clip));
    }

    private static void require(boolean holds, String otherwise, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise + value);
        }
    }
}
