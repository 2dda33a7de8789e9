package org.silofold.protocol.optimize;

/**
 * The furthest that one parameter can move in one version, when every mean so far is within [-C, C]. A silo refuses a model that moved
 * further.
 *
 * <p>Proof, for the step to version t, with d_k the mean of version k. FEDAVG moves by eta |d_t| &lt;= eta C, FEDAVGM by eta times
 * {@code |m| <= C * (1 + beta1 + ... + beta1^(t-1))}. For the adaptive kinds:
 *
 * <ul>
 *   <li>{@code m = sum of a_k d_(t-k)} with {@code a_k = (1 - beta1) beta1^k}, so |m| &lt;= B = C * (sum of a_k).
 *   <li>{@code v >= sum of b_k d_(t-k)^2} with b_k = 1 (FEDADAGRAD), (1 - beta2) beta2^k (FEDADAM), or (1 - beta2) (2 beta2 - 1)^k
 *       (FEDYOGI with beta2 &gt; 1/2). For the last: write v = x d^2. If x &lt; 1 the step adds, to v + (1 - beta2) d^2. If x &gt;= 1 the new v is at least
 *       (x - (1 - beta2)) d^2, and x - (1 - beta2) &gt;= (2 beta2 - 1) x + (1 - beta2) because (2 - 2 beta2) x &gt;= 2 - 2 beta2. So v is always
 *       at least (2 beta2 - 1) times the old one plus (1 - beta2) d^2.
 *   <li>By Cauchy and Schwarz, {@code |m| <= A sqrt(v)} with {@code A^2 = sum of a_k^2 / b_k}.
 *   <li>|m| / (sqrt(v) + tau) &lt;= |m| / (|m| / A + tau), which grows with |m|, so it is at most 1 / (1/A + tau/B); with no A it is B / tau.
 * </ul>
 *
 * <p>Rounding m and v to float multiplies what each step leaves by 1 + delta, |delta| &lt; u = 2^-23 (double's own roundings included), so beta1
 * and 1 - beta1 may each be larger by 1 + u, and the b_k smaller by (1 - u)^(k+1). Underflow takes less than 2^-149 from v or adds as much to m in
 * a step: beside tau &gt;= 1e-9 less than a part in 10^9, which the last factor and summand cover.
 */
final class StepBound {
    private static final double U = 0x1p-23;

    private StepBound() {}

    /**
     * The bound. The parameter's own rounding to float, at most half an ulp of it, comes on top: see {@link #holds}.
     *
     * @param clip C, finite and positive
     * @param version t, 1 or more
     */
    static double of(OptimizerSpec spec, double clip, long version) {
        if (!(clip > 0 && clip < Double.POSITIVE_INFINITY) || version < 1) {
            throw new IllegalArgumentException("clip " + clip + " or version " + version + " is out of range");
        }
        double decay1 = spec.beta1() * (1 + U);
        double furthest =
                switch (spec.kind()) {
                    case FEDAVG -> clip;
                    case FEDAVGM -> clip * (1 + U) * geometric(decay1, version);
                    case FEDADAGRAD -> adaptive(spec, clip, version, 1, 1);
                    case FEDADAM -> adaptive(spec, clip, version, 1 - spec.beta2(), spec.beta2());
                    case FEDYOGI -> adaptive(spec, clip, version, 1 - spec.beta2(), 2 * spec.beta2() - 1);
                };
        return spec.learningRate() * (furthest * (1 + 1e-9) + 1e-30);
    }

    /** Whether a parameter that was {@code before} may be {@code after}, given the bound: allows for the rounding of {@code after}. */
    static boolean holds(double bound, float before, float after) {
        return Math.abs((double) after - before) <= bound + Math.ulp(after);
    }

    private static double adaptive(OptimizerSpec spec, double clip, long t, double weight2, double decay2) {
        double weight1 = (1 - spec.beta1()) * (1 + U);
        double decay1 = spec.beta1() * (1 + U);
        double b = clip * weight1 * geometric(decay1, t);
        if (!(decay2 > 0)) {
            return b / spec.tau();
        }
        double ratio = decay1 * decay1 / (decay2 * (1 - U));
        double a = weight1 * Math.sqrt(geometric(ratio, t) / (weight2 * (1 - U)));
        return 1 / (1 / a + spec.tau() / b);
    }

    /**
     * 1 + r + ... + r^(t-1) = (r^t - 1) / (r - 1), for r &gt;= 0; infinite where it overflows. r - 1 is exact near 1, and expm1 and log1p keep
     * the quotient's relative error far below the part in 10^10 that it is rounded up by.
     */
    private static double geometric(double r, long t) {
        double excess = r - 1;
        double sum = excess == 0 ? t : StrictMath.expm1(t * StrictMath.log1p(excess)) / excess;
        return sum * (1 + 1e-10);
    }
}
