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
        InFlight inFlight = step.state().inFlight().orElse(null);
        if (inFlight instanceof Requested requested && step.state().registry().isPresent()) {
            requested.extendTo(step.now() + step.registry().policy().voteTimeoutMillis());
        } else if (inFlight instanceof Certified certified) {
            certified.extendTo(step.now() + certified.proposal().terms().responseTimeoutMillis());
        }
    }
}
