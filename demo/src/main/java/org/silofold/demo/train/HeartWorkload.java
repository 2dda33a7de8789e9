package org.silofold.demo.train;

import java.util.List;
import java.util.Map;
import org.silofold.demo.heart.Evaluation;
import org.silofold.demo.heart.Examples;
import org.silofold.demo.heart.HeartDisease;
import org.silofold.demo.heart.Hospital;
import org.silofold.demo.heart.LocalTrainer;
import org.silofold.demo.heart.LocalUpdate;
import org.silofold.demo.heart.LogisticRegression;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.TensorSpec;

/**
 * The benchmark's logistic regression on the hospitals' own records: 100 local steps, batch 4.
 *
 * @param data the records
 * @param clientLearningRate of the local SGD
 * @param seed of the run
 */
public record HeartWorkload(HeartDisease data, double clientLearningRate, long seed) implements Workload {
    private static final String LOSS = "loss";
    private static final String CORRECT = "correct";
    private static final String EXAMPLES = "examples";
    private static final double MAX_LOSS = 16;
    private static final double MAX_EXAMPLES = 1024;

    @Override
    public List<TensorSpec> tensors() {
        return List.of(
                new TensorSpec(LogisticRegression.WEIGHT, List.of(1, HeartDisease.FEATURES)),
                new TensorSpec(LogisticRegression.BIAS, List.of(1)));
    }

    @Override
    public List<MetricSpec> metrics() {
        return List.of(
                new MetricSpec(LOSS, 0, MAX_LOSS),
                new MetricSpec(CORRECT, 0, MAX_EXAMPLES),
                new MetricSpec(EXAMPLES, 0, MAX_EXAMPLES));
    }

    @Override
    public float[] initialParameters() {
        return LogisticRegression.initialise(seed);
    }

    @Override
    public Trained train(String silo, long baseVersion, float[] base) {
        Hospital hospital = Hospital.of(silo);
        Examples train = data.of(hospital).train();
        Evaluation held = LogisticRegression.evaluate(base, data.of(hospital).test());
        LocalUpdate update = LocalTrainer.train(
                base,
                train,
                LocalTrainer.STEPS,
                LocalTrainer.BATCH,
                clientLearningRate,
                LocalTrainer.seed(seed, hospital, baseVersion));
        return new Trained(
                update.delta(),
                train.size(),
                Map.of(
                        LOSS, Math.min(MAX_LOSS, held.loss()),
                        CORRECT, (double) held.correct(),
                        EXAMPLES, (double) held.examples()));
    }

    @Override
    public long examples(String silo) {
        return data.of(Hospital.of(silo)).train().size();
    }
}
