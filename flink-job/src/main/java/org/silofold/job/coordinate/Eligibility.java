package org.silofold.job.coordinate;

import java.util.Comparator;
import java.util.Optional;
import org.silofold.job.event.ModelRegistry;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.reason.Reason;

/**
 * Which updates may join: complete, from a published base, accepted by enough members. A silo's newer eligible update takes the place
 * of its older ones that are not requested.
 */
final class Eligibility {
    private Eligibility() {}

    static void run(Step step) {
        for (TrackedUpdate update : Sweep.inOrderOfArrival(step.state())) {
            if (update.stage() == Stage.GATHERING && isEligible(step, update)) {
                update.setStage(Stage.ELIGIBLE);
                if (!update.isAccepted()) {
                    update.setAccepted();
                    step.fate(update.key(), UpdateFate.Kind.ACCEPTED, Optional.empty(), Ending.NO_VERSION);
                }
                supersede(step, update.key().silo());
            }
        }
    }

    static boolean enoughAccepted(ModelRegistry registry, TrackedUpdate update, long now) {
        return update.acceptances(Seats.speaking(registry, now)) >= Sweep.membersNeeded(registry);
    }

    private static boolean isEligible(Step step, TrackedUpdate update) {
        return step.state().updates().containsKey(update.key())
                && update.isComplete()
                && update.manifest().isPresent()
                && !BaseRules.isAhead(step.state(), update.manifest().get().core())
                && !LogRule.isLogged(step.state(), update)
                && enoughAccepted(step.registry(), update, step.now());
    }

    /**
     * Ends what is older than the silo's newest update that is free to join, and free itself; called whenever one becomes free. In whatever
     * order its updates were read, the newest stays.
     */
    static void supersede(Step step, String silo) {
        step.state().updates().values().stream()
                .filter(u ->
                        u.key().silo().equals(silo) && (u.stage() == Stage.ELIGIBLE || u.stage() == Stage.BUFFERED))
                .max(Comparator.comparingLong(TrackedUpdate::sequence))
                .ifPresent(newest -> endOlder(step, newest));
    }

    private static void endOlder(Step step, TrackedUpdate newer) {
        for (TrackedUpdate other : Sweep.inOrderOfArrival(step.state())) {
            if (other.key().silo().equals(newer.key().silo())
                    && other.sequence() < newer.sequence()
                    && other.stage() != Stage.REQUESTED
                    && !LogRule.isLogged(step.state(), other)) {
                Ending.refuse(step, other, Reason.SUPERSEDED);
            }
        }
    }
}
