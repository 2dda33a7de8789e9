package org.silofold.demo.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** The checkpoints below a job's checkpoint directory: {@code JOB/chk-N}, complete once it holds {@code _metadata}. */
final class Checkpoints {
    private static final int LOOKS = 10;

    private Checkpoints() {}

    /** The checkpoint that was completed last, of whatever job. */
    static Optional<Path> newest(Path directory) throws IOException {
        IOException last = null;
        for (int look = 0; look < LOOKS; look++) {
            try {
                return Files.isDirectory(directory) ? newestIn(directory) : Optional.empty();
            } catch (UncheckedIOException removed) {
                // Flink removed an old one at this moment.
                last = removed.getCause();
            }
        }
        throw last;
    }

    private static Optional<Path> newestIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.find(directory, 3, (file, attributes) -> file.getFileName()
                .toString()
                .equals("_metadata"))) {
            return files.filter(
                            file -> file.getParent().getFileName().toString().startsWith("chk-"))
                    .max(Comparator.comparing(Checkpoints::modified))
                    .map(Path::getParent);
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }
}
