package org.silofold.demo.cluster;

import java.time.Instant;
import java.util.Optional;

/**
 * The process that a part was last started as.
 *
 * @param identity which
 * @param since when it was started
 */
record PartProcess(ProcessIdentity identity, Instant since) {
    /** The process, if it still runs. */
    Optional<ProcessHandle> handle() {
        return identity.handle();
    }

    boolean alive() {
        return handle().isPresent();
    }
}
