package org.silofold.demo.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.silofold.silo.party.LockFile;

/** Keeps a second command, of this process or another, from changing a cluster at the same time. */
final class ClusterLock {
    private ClusterLock() {}

    /** What changes a cluster. */
    interface Change<T> {
        T make() throws IOException, InterruptedException;
    }

    /**
     * Makes the change while nobody else changes this cluster.
     *
     * @throws ClusterException if somebody does
     */
    static <T> T during(ClusterDirectory directory, Change<T> change) throws IOException, InterruptedException {
        Files.createDirectories(directory.root());
        Optional<LockFile> lock = LockFile.take(directory.lock());
        if (lock.isEmpty()) {
            throw new ClusterException(directory.root() + ": another command is changing this cluster");
        }
        try {
            return change.make();
        } finally {
            lock.get().close();
        }
    }
}
