package org.silofold.job.coordinate;

import java.util.Optional;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.reason.Reason;

/**
 * Says again what the log lacks. A restored state believes that it said what left with its checkpoint; if Kafka ended that transaction at its
 * timeout, nobody has heard it. Once a start's fences are read back the log is known: the request, the manifest, the confirmation or the note on a
 * broken cohort that is in hand and not there is said once more, the same. Of what the job does not read back, each silo's last final fates and the
 * newest version's shards are said once more in any case. Who reads them takes the first of several that are the same.
 */
final class SayAgainRule {
    private SayAgainRule() {}

    /** @param before what was in hand before the log was followed: what came of that just now has been said just now */
    static void inHand(Step step, Optional<InFlight> before) {
        CoordinatorState state = step.state();
        InFlight inFlight = state.inFlight().orElse(null);
        if (inFlight == null || before.isEmpty() || before.get() != inFlight) {
            return;
        }
        if (inFlight instanceof Requested requested
                && (isMissing(state, requested) || isHeardTooLate(state, requested))) {
            // Of an epoch that is over nobody may vote: the cohort ends at its deadline.
            if (VoteRule.isOfThisRoster(step, requested.proposal())) {
                CloseRule.sayAgain(step, requested);
                note(step, "request", requested.proposal().buffer());
            }
        } else if (inFlight instanceof Publishing publishing) {
            Buffer buffer = new Buffer(publishing.version(), publishing.attempt());
            step.publishAgain(buffer);
            note(step, publishing.awaits().isPresent() ? "confirmation" : "version", buffer);
        } else if (inFlight instanceof Breaking breaking) {
            BrokenRule.tell(step, breaking.proposal());
            note(step, "broken", breaking.proposal().buffer());
        }
    }

    /** Whether the log, as far as it is read, lacks this request and has no version in its place. */
    static boolean isMissing(CoordinatorState state, Requested requested) {
        return !state.log().first().containsKey(requested.proposal().buffer())
                && !state.log().manifests().containsKey(requested.version());
    }

    /**
     * Whether it is the last call, and no version came meanwhile: members answer no request that reaches them after its expiry. A cohort with an
     * update that was taken back is not asked for any longer than members count on (protocol 6.5.1).
     */
    private static boolean isHeardTooLate(CoordinatorState state, Requested requested) {
        return requested.isLastCall()
                && !state.log().manifests().containsKey(requested.version())
                && requested.proposal().cohort().stream()
                        .map(ref -> state.updates().get(UpdateKey.of(ref)))
                        .noneMatch(update -> update != null && update.fault().equals(Optional.of(Reason.WITHDRAWN)));
    }

    /** A fate that a cohort of the log goes back on is left to that cohort. */
    static void fates(Step step) {
        step.state().ended().silos().forEach((silo, ended) -> ended.fates().forEach((id, fate) -> {
            UpdateKey key = new UpdateKey(silo, id);
            if (!step.state().log().lists(key)) {
                step.fate(key, fate.kind(), fate.reason(), fate.version());
            }
        }));
    }

    /** Not behind a newer version of the log: its shards must not be replaced by older ones. */
    static void shards(Step step) {
        CoordinatorState state = step.state();
        if (state.publishedVersion().isPresent() && !state.isBehind()) {
            step.fold(new FoldCommand.SendAgain(
                    state.publishedVersion().getAsLong(),
                    state.publishedContext().orElse(step.registry().context())));
        }
    }

    private static void note(Step step, String what, Buffer buffer) {
        step.audit(
                AuditEvents.SAID_AGAIN,
                "what",
                what,
                "version",
                Long.toString(buffer.version()),
                "attempt",
                Integer.toString(buffer.attempt()));
    }
}
