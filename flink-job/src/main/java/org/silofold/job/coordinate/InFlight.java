package org.silofold.job.coordinate;

/**
 * The version in the making. A cohort is requested, then certified, then, once opened, published, or broken if it does not open; or it ends and
 * there is none.
 */
sealed interface InFlight permits Awaiting, Breaking, Publishing {
    /** The version it will make. */
    long version();
}
