package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StateCodecTest {
    private static CoordinatorState busy() {
        Simulation simulation = new Simulation(6, new ToyMask(), true, false);
        simulation.run();
        CoordinatorState state = Federation.newState();
        int half = simulation.inputs.size() / 2;
        simulation.inputs.subList(0, half).forEach(in -> simulation.coordinator.on(state, in.event(), in.at()));
        return state;
    }

    @Test
    void bytesAreTheSameAfterARoundTrip() {
        byte[] bytes = StateCodec.encode(busy());
        assertThat(bytes[0]).isEqualTo((byte) StateCodec.VERSION);
        assertThat(StateCodec.encode(StateCodec.decode(bytes))).isEqualTo(bytes);
    }

    @Test
    void anotherVersionAndDamagedStateAreRefused() {
        byte[] bytes = StateCodec.encode(busy());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StateCodec.decode(Arrays.copyOf(bytes, bytes.length - 1)))
                .withMessage("state is cut short");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StateCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
                .withMessage("1 bytes of state too many");
        bytes[0] = StateCodec.VERSION + 1;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StateCodec.decode(bytes))
                .withMessage("coordinator state of version 4, not 1 to 3");
    }
}
