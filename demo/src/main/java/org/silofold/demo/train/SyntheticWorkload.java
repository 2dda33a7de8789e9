package org.silofold.demo.train;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.TensorSpec;

/**
 * As many parameters as one likes, with random updates: to feel the size of a model, not to learn anything.
 *
 * @param parameters how many
 * @param clip deltas are uniform in plus or minus 1.1 of it, so some are clipped
 * @param seed of the run
 */
public record SyntheticWorkload(int parameters, double clip, long seed) implements Workload {
    /** Examples that every update claims. */
    public static final long EXAMPLES = 100;

    @Override
    public List<TensorSpec> tensors() {
        return List.of(new TensorSpec("synthetic", List.of(parameters)));
    }

    @Override
    public List<MetricSpec> metrics() {
        return List.of();
    }

    @Override
    public float[] initialParameters() {
        return uniform(new SplittableRandom(seed), 1);
    }

    @Override
    public Trained train(String silo, long baseVersion, float[] base) {
        SplittableRandom random = new SplittableRandom(seed ^ (silo.hashCode() * 31L + baseVersion));
        return new Trained(uniform(random, 1.1 * clip), EXAMPLES, Map.of());
    }

    @Override
    public long examples(String silo) {
        return EXAMPLES;
    }

    private float[] uniform(SplittableRandom random, double bound) {
        float[] values = new float[parameters];
        for (int i = 0; i < parameters; i += 2) {
            long bits = random.nextLong();
            values[i] = (float) (bound * (int) bits * 0x1p-31);
            if (i + 1 < parameters) {
                values[i + 1] = (float) (bound * (int) (bits >>> 32) * 0x1p-31);
            }
        }
        return values;
    }
}
