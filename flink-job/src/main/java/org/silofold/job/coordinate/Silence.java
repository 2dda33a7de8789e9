package org.silofold.job.coordinate;

import java.util.Optional;
import java.util.OptionalLong;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.CoordinatorEvent.OwnBrokenSeen;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen;
import org.silofold.job.event.CoordinatorEvent.OwnManifestSeen;
import org.silofold.job.event.CoordinatorEvent.OwnRequestSeen;

/**
 * Notices that what was said does not come back. A transaction that Kafka ended at its timeout takes with it what the job believes it
 * said. If nothing of the log is read back for that long while something is waited for, fences are written anew: once they are read, what the log
 * lacks is known, and is said again ({@link SayAgainRule}). Fences that do not come back are waited for in the same way.
 */
final class Silence {
    /**
     * What is waited for.
     *
     * @param what names it
     * @param untilMillis how long, before fences are written
     */
    record Wait(String what, long untilMillis) {}

    private Silence() {}

    /** Asks for fences if it has been silent for too long; when to look again. */
    static OptionalLong run(Step step, CoordinatorEvent event, long mostMillis) {
        CoordinatorState state = step.state();
        Optional<String> what = awaited(state);
        if (what.isEmpty()) {
            state.setWait(Optional.empty());
            return OptionalLong.empty();
        }
        boolean heard = event instanceof OwnFenceSeen
                || event instanceof OwnRequestSeen
                || event instanceof OwnManifestSeen
                || event instanceof OwnBrokenSeen;
        long until = state.silence()
                .filter(wait -> wait.what().equals(what.get()) && !heard)
                .map(Wait::untilMillis)
                .orElse(step.now() + mostMillis);
        if (step.now() >= until) {
            step.fence();
            step.audit(AuditEvents.NOTHING_READ_BACK, "awaited", what.get());
            until = step.now() + mostMillis;
        }
        state.setWait(Optional.of(new Wait(what.get(), until)));
        return OptionalLong.of(until);
    }

    /** What was said and has to come back before the model goes on. */
    private static Optional<String> awaited(CoordinatorState state) {
        if (state.fence().isPresent()) {
            return Optional.of("fence " + state.fence().get().startId());
        }
        InFlight inFlight = state.inFlight().orElse(null);
        if (inFlight instanceof Requested requested && SayAgainRule.isMissing(state, requested)) {
            return Optional.of("request " + requested.proposal().buffer());
        } else if (inFlight instanceof Publishing publishing) {
            return Optional.of("version " + publishing.version() + ", attempt " + publishing.attempt());
        }
        if (inFlight instanceof Breaking breaking) {
            return Optional.of("broken " + breaking.proposal().buffer());
        }
        // Nobody says whether fates and shards arrived: where nothing follows from them they are said once more.
        return inFlight == null && state.hasTold()
                ? Optional.of("what follows from the last fates and shards")
                : Optional.empty();
    }
}
