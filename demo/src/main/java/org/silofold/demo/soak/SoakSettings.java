package org.silofold.demo.soak;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.silofold.demo.cluster.Part;

/**
 * What goes on in a soak.
 *
 * @param seed of the schedule, and of what junk there is
 * @param lasts how long faults go on; the last is seen to its end
 * @param kinds of which faults
 * @param longest how long a line may be out
 * @param calm how long nothing goes wrong between faults
 * @param pace how long a silo takes to train
 * @param slow how many times longer the first silo takes
 * @param away how many agents are gone from the beginning to the end of the faults
 */
record SoakSettings(
        long seed,
        Duration lasts,
        Set<FaultKind> kinds,
        Duration longest,
        Duration calm,
        Duration pace,
        double slow,
        int away) {
    /** How long the first silo takes to train. */
    Duration slowPace() {
        return Duration.ofMillis((long) (pace.toMillis() * slow));
    }

    /** Who is away: the last of these. */
    List<Part> away(List<Part> agents) {
        return agents.subList(agents.size() - away, agents.size());
    }
}
