package org.silofold.fuzz;

import java.util.Arrays;
import java.util.List;

/** All targets in one process: the first byte names the target, the others are its input. */
public final class EveryTarget {
    private static final List<Targets.Target> TARGETS = Targets.all();

    private EveryTarget() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] data) throws Throwable {
        if (data.length == 0) {
            return;
        }
        Targets.Target target = TARGETS.get((data[0] & 0xff) % TARGETS.size());
        try {
            target.run(Arrays.copyOfRange(data, 1, data.length));
        } catch (Throwable finding) {
            System.err.println("target " + target.name());
            throw finding;
        }
    }
}
