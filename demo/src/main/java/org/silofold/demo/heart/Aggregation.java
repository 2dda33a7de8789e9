package org.silofold.demo.heart;

import java.util.List;

/** How a cohort's deltas become a mean. */
@FunctionalInterface
public interface Aggregation {
    /**
     * The weighted mean of the clipped deltas.
     *
     * @param cohort at least one contribution; read only
     * @param clip bound on each value, above 0
     * @return 14 values that the caller owns
     */
    float[] mean(List<Contribution> cohort, double clip);

    /** The mean in the clear, in double precision: sum of weight * clip(delta) over the sum of weights. */
    static Aggregation plain() {
        return (cohort, clip) -> {
            double[] sum = new double[LogisticRegression.PARAMETERS];
            double weights = 0;
            for (Contribution contribution : cohort) {
                weights += contribution.weight();
                for (int i = 0; i < sum.length; i++) {
                    double value = Math.max(-clip, Math.min(clip, contribution.delta()[i]));
                    sum[i] += contribution.weight() * value;
                }
            }
            float[] mean = new float[sum.length];
            for (int i = 0; i < sum.length; i++) {
                mean[i] = (float) (sum[i] / weights);
            }
            return mean;
        };
    }
}
