package org.silofold.job.coordinate;

import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.reason.Reason;

/** Whether an update starts from a version as it was published, and not from one too old for the version in the making. */
final class BaseRules {
    private BaseRules() {}

    /**
     * Whether the base may yet be read back from the log: a silo can have seen a version before the aggregator has read its own
     * manifest of it.
     */
    static boolean isAhead(CoordinatorState state, UpdateManifest.Core core) {
        return state.publishedVersion().isEmpty()
                || core.baseVersion() > state.publishedVersion().getAsLong();
    }

    /** Why the base will never do for the next version, if it will not. */
    static Optional<Reason> check(CoordinatorState state, UpdateManifest.Core core, int stalenessBound) {
        if (isAhead(state, core)) {
            return Optional.empty();
        }
        long staleness = state.publishedVersion().getAsLong() - core.baseVersion();
        if (core.baseVersion() < 0) {
            return Optional.of(Reason.UNKNOWN_BASE);
        }
        if (staleness > stalenessBound) {
            return Optional.of(Reason.TOO_STALE);
        }
        Digest digest = state.versionDigests().get(core.baseVersion());
        return digest == null || !digest.equals(core.baseDigest())
                ? Optional.of(Reason.UNKNOWN_BASE)
                : Optional.empty();
    }
}
