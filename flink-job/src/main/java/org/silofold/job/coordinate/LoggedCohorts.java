package org.silofold.job.coordinate;

import java.util.Optional;
import org.silofold.job.coordinate.LogBook.LoggedCohort;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.reason.RejectedException;

/** Reads cohorts from the aggregator's own records. One that breaks the rules of a cohort is noted and otherwise passed over. */
final class LoggedCohorts {
    private LoggedCohorts() {}

    static Optional<LoggedCohort> of(Step step, UnmaskRequest request) {
        try {
            Cohort cohort = Cohort.of(request.cohort());
            return Optional.of(new LoggedCohort(
                    request.context(),
                    request.buffer(),
                    request.previousManifestDigest(),
                    cohort.updates(),
                    cohort.digest(request.context(), request.buffer(), request.previousManifestDigest()),
                    !request.abandonments().isEmpty()));
        } catch (RejectedException e) {
            unusable(step, request.buffer(), e);
            return Optional.empty();
        }
    }

    static Optional<LoggedCohort> of(Step step, ModelManifest manifest) {
        Buffer buffer = new Buffer(manifest.version(), manifest.attempt());
        try {
            Cohort cohort = Cohort.of(manifest.cohort());
            return Optional.of(new LoggedCohort(
                    manifest.context(),
                    buffer,
                    manifest.previousDigest(),
                    cohort.updates(),
                    cohort.digest(manifest.context(), buffer, manifest.previousDigest()),
                    false));
        } catch (RejectedException e) {
            unusable(step, buffer, e);
            return Optional.empty();
        }
    }

    private static void unusable(Step step, Buffer buffer, RejectedException why) {
        step.audit(
                AuditEvents.CONFLICT_IN_LOG,
                "version",
                Long.toString(buffer.version()),
                "attempt",
                Integer.toString(buffer.attempt()),
                "reason",
                why.reason().code());
    }
}
