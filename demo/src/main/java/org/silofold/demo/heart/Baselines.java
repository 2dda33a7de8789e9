package org.silofold.demo.heart;

import java.util.EnumMap;
import java.util.Map;

/**
 * What the hospitals reach without federation, with the same model and the same plain SGD as the silos: a fixed budget, no
 * choice by test accuracy. The budget is the benchmark's 50 passes over the pooled train records, 486 / 4 * 50 = 6075
 * steps of batch 4, for everybody, at its learning rate, {@value #LEARNING_RATE} (the benchmark itself used Adam there).
 */
public final class Baselines {
    /** SGD steps of every baseline. */
    public static final int STEPS = 6075;
    /** SGD learning rate of every baseline. */
    public static final double LEARNING_RATE = 0.001;

    private Baselines() {}

    /** Parameters trained on one hospital's train records alone. */
    public static float[] alone(HeartDisease data, Hospital hospital, long seed) {
        return train(data.of(hospital).train(), seed);
    }

    /** Parameters trained on all train records at one place, each centre standardised by itself. */
    public static float[] pooled(HeartDisease data, long seed) {
        return train(data.pooledTrain(), seed);
    }

    /** A model's metrics on every hospital's test records. */
    public static Map<Hospital, Evaluation> test(HeartDisease data, float[] parameters) {
        Map<Hospital, Evaluation> results = new EnumMap<>(Hospital.class);
        for (Hospital hospital : Hospital.values()) {
            results.put(
                    hospital,
                    LogisticRegression.evaluate(parameters, data.of(hospital).test()));
        }
        return results;
    }

    /** Unweighted mean accuracy over the hospitals. */
    public static double meanAccuracy(Map<Hospital, Evaluation> results) {
        return results.values().stream()
                .mapToDouble(Evaluation::accuracy)
                .average()
                .orElseThrow();
    }

    private static float[] train(Examples examples, long seed) {
        float[] parameters = LogisticRegression.initialise(seed);
        float[] delta = LocalTrainer.train(parameters, examples, STEPS, LocalTrainer.BATCH, LEARNING_RATE, seed)
                .delta();
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] += delta[i];
        }
        return parameters;
    }
}
