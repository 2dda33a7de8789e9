package org.silofold.job.coordinate;

import java.util.Optional;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen;
import org.silofold.job.event.CoordinatorEvent.Started;

/**
 * Nothing is decided before the job has read its own log to where it began. At every start, fresh or restored, it writes a fence with a
 * random start id through each of the places it speaks in, and until it has read both back it only takes note: whatever an earlier life of it, or a
 * later one that this state knows nothing of, has put into the log lies before them. So a job restored from an old savepoint adopts what it
 * said since, and does not say anything else in its place.
 */
final class FenceRule {
    /**
     * A start whose fences are not both read back.
     *
     * @param startId of this start
     * @param requestsRead whether the one among the requests was read
     * @param manifestsRead whether the one among the manifests was read
     */
    record Pending(String startId, boolean requestsRead, boolean manifestsRead) {}

    private FenceRule() {}

    /** Another start: fences of earlier ones no longer count. */
    static void started(Step step, Started started) {
        step.state().setStart(started.startId());
        step.state().setLotKey(started.lotKey());
        step.state().setFence(Optional.of(new Pending(started.startId(), false, false)));
        step.audit(AuditEvents.STARTED, "start", started.startId());
    }

    /** Whether the log is known from now on. */
    static boolean seen(Step step, OwnFenceSeen seen) {
        Confirmation.seen(step, seen);
        Optional<Pending> fence = step.state().fence().filter(f -> f.startId().equals(seen.startId()));
        if (fence.isEmpty()) {
            return false;
        }
        boolean requests = fence.get().requestsRead() || seen.among() == OwnFenceSeen.Among.REQUESTS;
        boolean manifests = fence.get().manifestsRead() || seen.among() == OwnFenceSeen.Among.MANIFESTS;
        if (requests && manifests) {
            step.state().setFence(Optional.empty());
            step.audit(AuditEvents.LOG_READ, "start", seen.startId());
            giveTime(step);
            return true;
        }
        step.state().setFence(Optional.of(new Pending(seen.startId(), requests, manifests)));
        return false;
    }

    /** Deadlines ran while nobody listened: what is in hand gets its time anew. */
    private static void giveTime(Step step) {
        if (step.state().registry().isPresent() && step.state().inFlight().orElse(null) instanceof Awaiting awaiting) {
            awaiting.extendTo(step.now() + timeoutMillis(step, awaiting));
        }
    }

    private static long timeoutMillis(Step step, Awaiting awaiting) {
        return awaiting instanceof Certified
                ? awaiting.proposal().terms().responseTimeoutMillis()
                : step.registry().policy().voteTimeoutMillis();
    }

    /**
     * Whether the committee has had its time. A deadline may have passed because the broker was silent, and then nobody heard the question or the
     * answers: at the first one fences are asked for, and once they are read back the committee has its time once more.
     */
    static boolean isOver(Step step, Awaiting awaiting) {
        if (step.now() < awaiting.deadlineMillis() || awaiting.isLastCall()) {
            return step.now() >= awaiting.deadlineMillis();
        }
        awaiting.setLastCall();
        awaiting.extendTo(step.now() + timeoutMillis(step, awaiting));
        step.fence();
        step.audit(AuditEvents.LAST_CALL, CloseRule.details(awaiting.proposal()));
        return false;
    }
}
