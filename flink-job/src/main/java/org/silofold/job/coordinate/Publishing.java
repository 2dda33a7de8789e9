package org.silofold.job.coordinate;

import java.util.List;
import org.silofold.protocol.message.UpdateRef;

/**
 * An opened version whose manifest has not been read back from the log.
 *
 * @param version the version
 * @param attempt whose cohort it is; 0 for version 0
 * @param cohort its updates; empty for version 0
 */
record Publishing(long version, int attempt, List<UpdateRef> cohort) implements InFlight {
    Publishing {
        cohort = List.copyOf(cohort);
    }
}
