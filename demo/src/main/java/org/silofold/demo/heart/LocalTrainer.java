package org.silofold.demo.heart;

import java.util.SplittableRandom;

/**
 * Mini-batch SGD on binary cross-entropy. Batches come from a reshuffled pass over the examples, the last of a pass may be
 * shorter, and the next pass follows without a break, as a PyTorch {@code DataLoader} with {@code shuffle=True} is used.
 */
public final class LocalTrainer {
    /** The benchmark's local steps a round. */
    public static final int STEPS = 100;
    /** The benchmark's batch size. */
    public static final int BATCH = 4;

    private LocalTrainer() {}

    /**
     * Trains from a base and leaves it untouched.
     *
     * @param base 14 parameters, read only
     * @param examples at least one
     * @param steps SGD steps, at least 1
     * @param batch examples a step, at least 1
     * @param learningRate above 0
     * @param seed of the shuffling; the same arguments give the same bits
     */
    public static LocalUpdate train(
            float[] base, Examples examples, int steps, int batch, double learningRate, long seed) {
        if (base.length != LogisticRegression.PARAMETERS) {
            throw new IllegalArgumentException(
                    "base has " + base.length + " parameters, not " + LogisticRegression.PARAMETERS);
        }
        if (steps < 1 || batch < 1 || examples.size() < 1 || !(learningRate > 0)) {
            throw new IllegalArgumentException("steps, batch, examples and learning rate must be positive");
        }
        float[] parameters = base.clone();
        double[] gradient = new double[LogisticRegression.PARAMETERS];
        int[] order = new int[examples.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        SplittableRandom random = new SplittableRandom(seed);
        double loss = 0;
        int next = order.length;
        for (int step = 0; step < steps; step++) {
            if (next == order.length) {
                shuffle(order, random);
                next = 0;
            }
            int to = Math.min(order.length, next + batch);
            loss += LogisticRegression.gradient(parameters, examples, order, next, to, gradient) / steps;
            next = to;
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] -= (float) (learningRate * gradient[i]);
            }
        }
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] -= base[i];
        }
        return new LocalUpdate(parameters, loss);
    }

    /** The seed of one hospital's training from one version, so that runs with the same seed repeat. */
    public static long seed(long runSeed, Hospital hospital, long baseVersion) {
        long mixed = new SplittableRandom(runSeed).nextLong() ^ hospital.id().hashCode();
        return new SplittableRandom(mixed).nextLong() + baseVersion;
    }

    private static void shuffle(int[] order, SplittableRandom random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
    }
}
