package org.silofold.job.coordinate;

import java.util.LinkedHashSet;
import java.util.Set;
import org.silofold.job.event.UpdateKey;

/** The buffer that fills: at most one update an organisation, in the order in which they joined, summed in one accumulator. */
final class OpenBuffer {
    private final long accumulator;
    private final Set<UpdateKey> updates = new LinkedHashSet<>();

    OpenBuffer(long accumulator) {
        this.accumulator = accumulator;
    }

    long accumulator() {
        return accumulator;
    }

    Set<UpdateKey> updates() {
        return updates;
    }
}
