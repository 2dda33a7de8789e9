package org.silofold.job.coordinate;

/** The version in the making. A cohort is requested, then certified, then, once opened, published; or it ends and there is none. */
sealed interface InFlight permits Requested, Certified, Publishing {
    /** The version it will make. */
    long version();
}
