package org.silofold.job.coordinate;

import java.util.Optional;
import java.util.OptionalLong;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.reason.Reason;

/** How an update ends: out of what it was in, its bytes dropped, its silo told once, and remembered as over. */
final class Ending {
    /** The version of a fate that has none. */
    static final long NO_VERSION = -1;

    private Ending() {}

    /** Turned away before it was part of a certified cohort. */
    static void refuse(Step step, TrackedUpdate update, Reason reason) {
        end(step, update, UpdateFate.Kind.REFUSED, Optional.of(reason), NO_VERSION);
    }

    /** Its cohort was certified or timed out without opening. */
    static void spend(Step step, TrackedUpdate update, Reason reason) {
        end(step, update, UpdateFate.Kind.SPENT, Optional.of(reason), NO_VERSION);
    }

    /**
     * The same of an update of a cohort, whether or not anything of it was read: a state that was restored knows cohorts from the log
     * before it has read their updates. Its silo is told at once, since what comes of it later is passed over.
     */
    static void spend(Step step, UpdateKey key, Reason reason) {
        CoordinatorState state = step.state();
        TrackedUpdate update = state.updates().get(key);
        if (update != null) {
            spend(step, update, reason);
        } else if (!state.ended().contains(key)) {
            state.early().takeReceipts(key);
            remember(step, key, Intake.NO_SEQUENCE, UpdateFate.Kind.SPENT, Optional.of(reason), NO_VERSION);
        }
    }

    /** Part of a published version. */
    static void inVersion(Step step, TrackedUpdate update, long version) {
        end(step, update, UpdateFate.Kind.IN_VERSION, Optional.empty(), version);
    }

    /** Takes the update out of the open buffer. */
    static void leaveBuffer(Step step, TrackedUpdate update) {
        OpenBuffer open = step.state().open();
        if (open.updates().remove(update.key())) {
            step.fold(new FoldCommand.Leave(open.accumulator(), update.key()));
            update.setAccumulator(OptionalLong.empty());
            update.setStage(Stage.ELIGIBLE);
        }
    }

    private static void end(
            Step step, TrackedUpdate update, UpdateFate.Kind kind, Optional<Reason> reason, long version) {
        CoordinatorState state = step.state();
        UpdateKey key = update.key();
        leaveBuffer(step, update);
        step.fold(new FoldCommand.Drop(key));
        state.updates().remove(key);
        remember(step, key, update.sequence(), kind, reason, version);
        state.abandonments().keySet().removeIf(cohort -> state.updates().values().stream()
                .noneMatch(u -> u.abandonedCohorts().contains(cohort)));
    }

    private static void remember(
            Step step, UpdateKey key, long sequence, UpdateFate.Kind kind, Optional<Reason> reason, long version) {
        step.state().ended().add(key, sequence, new EndedUpdates.Fate(kind, reason, version));
        step.state().setTold(true);
        step.fate(key, kind, reason, version);
        step.audit(
                AuditEvents.UPDATE_ENDED,
                "update",
                key.toString(),
                "fate",
                kind.code(),
                "reason",
                reason.map(Reason::code).orElse(""));
    }
}
