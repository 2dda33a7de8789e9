package org.silofold.job.coordinate;

import java.util.List;
import java.util.Optional;
import org.silofold.job.coordinate.LogBook.LoggedCohort;
import org.silofold.job.coordinate.LogBook.LoggedManifest;
import org.silofold.job.event.CoordinatorEvent.OwnManifestSeen;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/** A version is published when its manifest is read back from the log; only then may the next one be requested. */
final class PublishRule {
    /** Digests of bases kept beyond the staleness bound. */
    static final int SPARE_DIGESTS = 8;

    private PublishRule() {}

    static void manifest(Step step, OwnManifestSeen seen) {
        CoordinatorState state = step.state();
        ModelManifest manifest = seen.manifest();
        long version = manifest.version();
        if (version < 0) {
            conflict(step, version, seen.digest());
            return;
        }
        if (state.publishedVersion().isPresent()
                && version <= state.publishedVersion().getAsLong()) {
            Digest first = state.versionDigests().get(version);
            if (first != null && !first.equals(seen.digest())) {
                conflict(step, version, seen.digest());
            }
            return;
        }
        Optional<LoggedCohort> cohort = version == 0 || manifest.voidVersion().isPresent()
                ? Optional.of(new LoggedCohort(
                        manifest.context(),
                        new Buffer(version, 0),
                        manifest.previousDigest(),
                        List.of(),
                        Digest.ZERO,
                        false))
                : LoggedCohorts.of(step, manifest);
        if (cohort.isPresent()) {
            LoggedManifest logged = new LoggedManifest(
                    cohort.get(),
                    manifest.shardsRoot(),
                    seen.digest(),
                    manifest.voidVersion(),
                    manifest.optimizer(),
                    manifest.privacy());
            LoggedManifest first = state.log().manifests().putIfAbsent(version, logged);
            if (first != null && !first.digest().equals(seen.digest())) {
                conflict(step, version, seen.digest());
            }
        }
    }

    /** Whether the version in the making turned out to be published. */
    static boolean settle(Step step) {
        CoordinatorState state = step.state();
        if (!(state.inFlight().orElse(null) instanceof Publishing publishing)) {
            return false;
        }
        long version = publishing.version();
        LoggedManifest logged = state.log().manifests().get(version);
        if (logged == null) {
            return false;
        }
        if (!logged.cohort().cohort().equals(publishing.cohort())) {
            conflict(step, version, logged.digest());
            drop(step, publishing);
            return true;
        }
        if (publishing.awaits().isPresent()) {
            return false;
        }
        for (UpdateRef ref : publishing.cohort()) {
            TrackedUpdate update = state.updates().get(UpdateKey.of(ref));
            if (update != null) {
                Ending.inVersion(step, update, version);
            }
        }
        Suspicions.lower(step, publishing.cohort());
        Standing.settle(step, publishing.owing(), publishing.wrong());
        boolean isVoid = logged.voidVersion().isPresent();
        step.fold(isVoid ? new FoldCommand.Carry(version, logged.cohort().context()) : new FoldCommand.Apply(version));
        state.voids().published(logged.shardsRoot(), isVoid ? state.voids().inARow() + 1 : 0, logged.privacy());
        state.setInFlight(Optional.empty());
        state.setPublished(version);
        state.setTold(true);
        state.setPublishedContext(Optional.of(logged.cohort().context()));
        state.versionDigests().put(version, logged.digest());
        int kept = step.registry().policy().stalenessBound() + SPARE_DIGESTS;
        while (state.versionDigests().size() > kept) {
            state.versionDigests().remove(state.versionDigests().firstKey());
        }
        state.requested().keySet().removeIf(b -> b.version() <= version);
        state.log().forgetUpTo(version);
        state.early().forgetUpTo(version);
        step.audit(
                AuditEvents.VERSION_PUBLISHED,
                "version",
                Long.toString(version),
                "manifest",
                logged.digest().hex());
        return true;
    }

    /** The log has another cohort for this version: what was opened here is never applied. */
    private static void drop(Step step, Publishing publishing) {
        publishing.accumulator().ifPresent(number -> step.fold(new FoldCommand.Discard(number)));
        for (UpdateRef ref : publishing.cohort()) {
            Ending.spend(step, UpdateKey.of(ref), Reason.NOT_ANSWERED);
        }
        step.state().setInFlight(Optional.empty());
    }

    private static void conflict(Step step, long version, Digest digest) {
        step.audit(AuditEvents.CONFLICT_IN_LOG, "version", Long.toString(version), "manifest", digest.hex());
    }
}
