package org.silofold.demo.heart;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Test accuracies that the FLamby benchmark published for Fed-Heart-Disease: means over its seeds 42 to 46, read from the
 * result files of its repository. Local steps a round: 100.
 *
 * @param method what was run, for people
 * @param accuracy by hospital, 0 to 1
 */
public record Published(String method, Map<Hospital, Double> accuracy) {
    /** Where the figures come from. */
    public static final String SOURCE =
            "FLamby (Ogier du Terrail et al., NeurIPS 2022), result files of github.com/owkin/FLamby, mean of seeds 42..46";

    public static final Published POOLED = of("pooled training", 0.783, 0.764, 0.750, 0.644);
    public static final Published FEDAVG = of("FedAvg", 0.731, 0.719, 0.650, 0.640);
    public static final Published FEDADAM = of("FedAdam", 0.752, 0.746, 0.738, 0.667);
    public static final Published FEDYOGI = of("FedYogi", 0.760, 0.753, 0.738, 0.676);
    public static final Published SCAFFOLD = of("SCAFFOLD", 0.727, 0.719, 0.650, 0.640);
    public static final Published ONLY_CLEVELAND = of("only cleveland", 0.746, 0.760, 0.725, 0.658);
    public static final Published ONLY_HUNGARIAN = of("only hungarian", 0.746, 0.746, 0.525, 0.498);
    public static final Published ONLY_SWITZERLAND = of("only switzerland", 0.481, 0.391, 0.725, 0.671);
    public static final Published ONLY_VA = of("only va", 0.577, 0.467, 0.800, 0.702);

    public Published {
        accuracy = Map.copyOf(accuracy);
    }

    /** All of them, in the order of the benchmark's table. */
    public static List<Published> all() {
        return List.of(
                POOLED, FEDAVG, FEDADAM, FEDYOGI, SCAFFOLD, ONLY_CLEVELAND, ONLY_HUNGARIAN, ONLY_SWITZERLAND, ONLY_VA);
    }

    /** Unweighted mean over the four hospitals. */
    public double mean() {
        return accuracy.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
    }

    private static Published of(String method, double cleveland, double hungarian, double switzerland, double va) {
        Map<Hospital, Double> accuracy = new EnumMap<>(Hospital.class);
        accuracy.put(Hospital.CLEVELAND, cleveland);
        accuracy.put(Hospital.HUNGARIAN, hungarian);
        accuracy.put(Hospital.SWITZERLAND, switzerland);
        accuracy.put(Hospital.VA, va);
        return new Published(method, accuracy);
    }
}
