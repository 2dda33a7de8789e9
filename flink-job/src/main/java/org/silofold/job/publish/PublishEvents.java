package org.silofold.job.publish;

/** Codes of publish's own entries in the audit chain. Stable: a code once released keeps its meaning. */
public final class PublishEvents {
    /** A version's manifest was written. */
    public static final String MANIFEST_WRITTEN = "manifest-written";
    /** A version that the log already holds was made again, bit for bit. */
    public static final String RECOMPUTED = "version-recomputed";
    /** A version that the log already holds came out different: evidence of a fault. It is not applied, and the model stands still. */
    public static final String DIFFERS = "version-differs";
    /** Version 0's root is not the one that the specification requires; it is not published. */
    public static final String WRONG_ROOT = "wrong-root";
    /** An attempt's sums were out of bounds: the log says that it is broken, and no manifest was written. */
    public static final String BROKEN = "attempt-broken";
    /** Sums of a shard were beyond what the cohort can sum to: a contribution in the cohort is broken. */
    public static final String OUT_OF_BOUNDS = "sums-out-of-bounds";

    private PublishEvents() {}
}
