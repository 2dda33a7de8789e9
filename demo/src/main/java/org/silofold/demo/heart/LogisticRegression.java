package org.silofold.demo.heart;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The benchmark's model: the probability of heart disease is {@code sigmoid(w . x + b)}.
 *
 * <p>Its 14 parameters are one {@code float[]} in the order of two named tensors:
 *
 * <pre>
 *   index 0 .. 12   linear.weight   shape [1, 13]
 *   index 13        linear.bias     shape [1]
 * </pre>
 */
public final class LogisticRegression {
    /** Length of a parameter array. */
    public static final int PARAMETERS = HeartDisease.FEATURES + 1;
    /** Name of the weights; shape [1, 13]. */
    public static final String WEIGHT = "linear.weight";
    /** Name of the bias; shape [1]. */
    public static final String BIAS = "linear.bias";

    private LogisticRegression() {}

    /** Fresh parameters, uniform in +-1/sqrt(13) like PyTorch's {@code Linear}; the same for the same seed. */
    public static float[] initialise(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double bound = 1 / Math.sqrt(HeartDisease.FEATURES);
        float[] parameters = new float[PARAMETERS];
        for (int i = 0; i < PARAMETERS; i++) {
            parameters[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
        return parameters;
    }

    /** The logit of one example; above 0 means disease. */
    public static double logit(float[] parameters, Examples examples, int row) {
        double sum = parameters[HeartDisease.FEATURES];
        for (int j = 0; j < HeartDisease.FEATURES; j++) {
            sum += (double) parameters[j] * examples.feature(row, j);
        }
        return sum;
    }

    /**
     * Mean loss over some rows, and its gradient.
     *
     * @param parameters 14 values, read only
     * @param rows which examples: {@code rows[from] .. rows[to - 1]}, at least one
     * @param gradient 14 values, overwritten
     * @return mean binary cross-entropy in nats
     */
    public static double gradient(
            float[] parameters, Examples examples, int[] rows, int from, int to, double[] gradient) {
        Arrays.fill(gradient, 0);
        double loss = 0;
        double share = 1.0 / (to - from);
        for (int i = from; i < to; i++) {
            double logit = logit(parameters, examples, rows[i]);
            double label = examples.label(rows[i]);
            double slope = share * (sigmoid(logit) - label);
            for (int j = 0; j < HeartDisease.FEATURES; j++) {
                gradient[j] += slope * examples.feature(rows[i], j);
            }
            gradient[HeartDisease.FEATURES] += slope;
            loss += share * crossEntropy(logit, label);
        }
        return loss;
    }

    /** Loss and right answers at threshold 0.5 over all examples. */
    public static Evaluation evaluate(float[] parameters, Examples examples) {
        double loss = 0;
        int correct = 0;
        for (int row = 0; row < examples.size(); row++) {
            double logit = logit(parameters, examples, row);
            loss += crossEntropy(logit, examples.label(row));
            correct += logit > 0 == examples.label(row) > 0 ? 1 : 0;
        }
        return new Evaluation(loss / examples.size(), correct, examples.size());
    }

    private static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /** {@code log(1 + e^z) - y z} without overflow. */
    private static double crossEntropy(double logit, double label) {
        return Math.max(logit, 0) - logit * label + Math.log1p(Math.exp(-Math.abs(logit)));
    }
}
