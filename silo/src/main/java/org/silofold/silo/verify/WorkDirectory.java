package org.silofold.silo.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A new directory among the temporary files that is gone, and all in it, once it is closed or the JVM is told to end, by Ctrl-C for one. */
final class WorkDirectory implements AutoCloseable {
    /** At Ctrl-C somebody may still make files in it. */
    private static final int ATTEMPTS = 20;

    private static final long PAUSE_NANOS = 20_000_000;

    private final Path path;
    private final Thread atExit = new Thread(this::deleteAtExit, "work-directory");

    WorkDirectory(String prefix) throws IOException {
        path = Files.createTempDirectory(prefix);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    Path path() {
        return path;
    }

    private void deleteAtExit() {
        for (int attempt = 0; attempt < ATTEMPTS && Files.exists(path); attempt++) {
            try {
                delete();
            } catch (IOException | UncheckedIOException inUse) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void delete() throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException ending) {
            // The hook deletes it too.
        }
        if (Files.exists(path)) {
            delete();
        }
    }
}
