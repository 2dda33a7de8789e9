package org.silofold.protocol.registry;

import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * What a policy promises each silo about its own data: (epsilon, delta)-differential privacy of everything published with its updates
 * in it, by the noise that the cohort's silos add before they encode.
 *
 * @param l2Clip the Euclidean norm to which a silo clips its delta; above 0, finite
 * @param noiseMultiplier standard deviation of the honest silos' noise in the sum over its sensitivity to one silo, which is that of the delta
 *     after rounding and a little above {@code l2Clip}; noise of {@code colluders} and of cohorts above the least one is not counted;
 *     above 0, finite
 * @param colluders silos of a cohort whose noise is not counted on, because they may pool what they know; from 0
 * @param epsilon what a silo may spend over the life of the model; above 0, finite
 * @param delta the probability with which the promise may fail; above 0, below 1
 */
public record Privacy(double l2Clip, double noiseMultiplier, int colluders, double epsilon, double delta) {
    /**
     * @throws RejectedException with {@link Reason#INVALID_FIELD} naming the field that no policy may have
     */
    public Privacy {
        check(positive(l2Clip), "l2Clip must be positive and finite");
        check(positive(noiseMultiplier), "noiseMultiplier must be positive and finite");
        check(colluders >= 0, "colluders must be at least 0");
        check(positive(epsilon), "epsilon must be positive and finite");
        check(delta > 0 && delta < 1, "delta must be above 0 and below 1");
    }

    private static boolean positive(double value) {
        return Double.isFinite(value) && value > 0;
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new RejectedException(Reason.INVALID_FIELD, "policy: privacy." + otherwise);
        }
    }
}
