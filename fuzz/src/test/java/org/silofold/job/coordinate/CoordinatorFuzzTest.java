package org.silofold.job.coordinate;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.silofold.fuzz.Choices;
import org.silofold.fuzz.Oracle;

/** The coordinator under a script of events, restored from checkpoints in between; and its state's bytes, damaged. */
class CoordinatorFuzzTest {
    private static final int STEPS = 48;

    @FuzzTest
    void events(byte[] data) {
        Oracle.script(() -> {
            Choices choices = new Choices(data);
            CoordinatorScript script = new CoordinatorScript(choices.oneIn(2));
            for (int step = 0; step < STEPS && choices.more(); step++) {
                script.step(choices);
            }
            script.end();
        });
    }

    /** Bytes that are a state encode to what is read as the same again; the others are refused. */
    @FuzzTest
    void state(byte[] data) {
        Oracle.accepts(() -> roundTrip(data), IllegalArgumentException.class);
    }

    private static void roundTrip(byte[] bytes) {
        byte[] once = StateCodec.encode(StateCodec.decode(bytes));
        byte[] twice = StateCodec.encode(StateCodec.decode(once));
        Oracle.require(java.util.Arrays.equals(once, twice), "a state changes on its way through the codec");
    }
}
