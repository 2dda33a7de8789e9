package org.silofold.job.coordinate;

import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.UpdateKey;

/**
 * Fills the open buffer with eligible updates, those first that arrived first, one an organisation: up to the buffer's size, and beyond
 * it, up to the largest cohort, while those in it do not make up a full cohort together.
 */
final class JoinRule {
    private JoinRule() {}

    static void run(Step step) {
        CoordinatorState state = step.state();
        ModelRegistry registry = step.registry();
        Set<String> organisations = new HashSet<>();
        for (UpdateKey key : state.open().updates()) {
            organisations.add(registry.organisations().get(key.silo()));
        }
        for (TrackedUpdate update : Sweep.inOrderOfArrival(state)) {
            if (update.stage() == Stage.ELIGIBLE
                    && !organisations.contains(
                            registry.organisations().get(update.key().silo()))
                    && CohortChoice.hasRoom(step)) {
                join(step, update);
                organisations.add(registry.organisations().get(update.key().silo()));
            }
        }
    }

    private static void join(Step step, TrackedUpdate update) {
        OpenBuffer open = step.state().open();
        open.updates().add(update.key());
        update.setStage(Stage.BUFFERED);
        update.setBufferedAtMillis(step.now());
        update.setAccumulator(OptionalLong.of(open.accumulator()));
        step.fold(new FoldCommand.Join(open.accumulator(), update.key()));
    }
}
