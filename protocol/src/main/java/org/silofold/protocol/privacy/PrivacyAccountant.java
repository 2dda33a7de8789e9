package org.silofold.protocol.privacy;

/**
 * What a silo's updates cost it. Two runs are neighbours if they differ in one silo's data, its update in the one being zero in the other
 * (zero-out: Kairouz et al., Practical and Private Deep Learning without Sampling or Shuffling, 2021, definition 2.1); who takes part is
 * public in both. Replacing an update by another has at most twice the sensitivity, so four times rho.
 *
 * <p>Everything the aggregator, {@code minCohort - honest} silos and the public learn from n updates of a silo, adaptively chosen models
 * included, is n rho-zCDP, but for the cut of the noise: n times {@link #tail()} in total variation, which costs (1 + e^epsilon) times as much in
 * delta. No amplification by sampling or shuffling is claimed.
 *
 * @param rho of one update
 * @param tail probability, at most, that any noise of h silos in one update's sum was cut
 */
public record PrivacyAccountant(double rho, double tail) {
    /** The part of delta that is set aside for cut noise. */
    private static final double TAIL_SHARE = 0x1p-10;

    /** @throws IllegalArgumentException if a number is negative or no number */
    public PrivacyAccountant {
        if (!(rho >= 0) || !(tail >= 0)) {
            throw new IllegalArgumentException("rho " + rho + " or tail " + tail + " is negative");
        }
    }

    /** The costs under this encoding, with its honest silos. */
    public static PrivacyAccountant of(PrivateEncoding encoding) {
        return of(encoding, encoding.honest());
    }

    /**
     * The costs if only so many silos of a cohort are honest, the one that is protected among them; with 1 that silo's own noise is all there is.
     *
     * @param honest 1 or more
     */
    public static PrivacyAccountant of(PrivateEncoding encoding, int honest) {
        double rho = ConcentratedPrivacy.rho(
                (double) encoding.squaredNorm(), encoding.sigma(), honest, encoding.parameters());
        // A discrete Gaussian is sub-Gaussian: E exp(tX) <= exp(t^2 sigma^2 / 2), so P(|X| > B) <= 2 exp(-B^2 / (2
        // sigma^2)).
        double half = PrivateEncoding.TAIL_SIGMAS * PrivateEncoding.TAIL_SIGMAS / 2.0;
        return new PrivacyAccountant(rho, 2.0 * honest * encoding.parameters() * StrictMath.exp(-half));
    }

    /** These costs and others, of updates that may have had other noise: rho adds up, and so does total variation. */
    public PrivacyAccountant plus(PrivacyAccountant other) {
        return new PrivacyAccountant(rho + other.rho, tail + other.tail);
    }

    /**
     * The costs of so many such updates.
     *
     * @param updates 0 or more
     */
    public PrivacyAccountant times(long updates) {
        return new PrivacyAccountant(updates * rho, updates * tail);
    }

    /**
     * Epsilon after so many updates of a silo. For a federation it is that of the silo in most versions: at most one update a base version is ever
     * sent, so version v and all before it together hold at most v of a silo.
     *
     * @param updates sent, 0 or more; spent whether opened or not
     * @param delta in (0, 1)
     * @return an upper bound, infinite where delta cannot pay for cut noise
     */
    public double epsilon(long updates, double delta) {
        if (updates < 0 || !(delta > 0 && delta < 1)) {
            throw new IllegalArgumentException("updates " + updates + " or delta " + delta + " is out of range");
        }
        if (updates == 0) {
            return 0;
        }
        double epsilon = ConcentratedPrivacy.epsilon(updates * rho, delta * (1 - TAIL_SHARE));
        double cut = (1 + StrictMath.exp(epsilon)) * updates * tail;
        return cut <= delta * TAIL_SHARE ? epsilon : Double.POSITIVE_INFINITY;
    }

    /**
     * How many more updates a budget pays for.
     *
     * @param spent updates sent, 0 or more
     * @param epsilon the budget, 0 or more
     * @param delta in (0, 1)
     * @return the largest n such that {@code epsilon(spent + n, delta)} is within the budget; 0 if it is spent or overspent
     */
    public long remaining(long spent, double epsilon, double delta) {
        return new PrivacyBudget(times(spent), this, epsilon, delta).remaining();
    }
}
