package org.silofold.job.coordinate;

import java.util.List;
import java.util.stream.IntStream;

/** Bytes of states that a simulated federation went through. */
public final class StateSeeds {
    private StateSeeds() {}

    /** An empty state and busy ones. */
    public static List<byte[]> states() {
        Simulation simulation = new Simulation(6, new ToyMask(), true, false);
        simulation.run();
        return IntStream.of(0, 1, 12, 60)
                .mapToObj(events -> {
                    CoordinatorState state = Federation.newState();
                    simulation
                            .inputs
                            .subList(0, Math.min(events, simulation.inputs.size()))
                            .forEach(in -> simulation.coordinator.on(state, in.event(), in.at()));
                    return StateCodec.encode(state);
                })
                .toList();
    }
}
