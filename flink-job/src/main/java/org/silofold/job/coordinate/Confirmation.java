package org.silofold.job.coordinate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.StartId;

/**
 * A version that the log already holds is applied only once publish has found what came out to be what the log says: it then writes a fence of
 * this id among the manifests, and the coordinator waits to read it. Where it differs there is no fence, and the model stands still: nothing
 * is applied, requested or published for it until an operator has looked. The id hangs on the start, so that no earlier life's comparison counts for
 * this one's.
 */
final class Confirmation {
    private static final String LABEL = "silofold/v1/recomputed";

    private Confirmation() {}

    /** The id with which this start confirms a version. */
    static StartId of(CoordinatorState state, long version) {
        String what = LABEL + "|" + state.start() + "|" + version;
        byte[] hash = Digest.sha256(what.getBytes(StandardCharsets.UTF_8)).toBytes();
        return StartId.of(Arrays.copyOf(hash, StartId.LENGTH));
    }

    /** Notes that the version in the making was confirmed, if that is what the fence says. */
    static void seen(Step step, OwnFenceSeen fence) {
        if (step.state().inFlight().orElse(null) instanceof Publishing publishing
                && publishing
                        .awaits()
                        .map(id -> id.toString().equals(fence.startId()))
                        .orElse(false)) {
            step.state().setInFlight(Optional.of(publishing.confirmed()));
        }
    }
}
