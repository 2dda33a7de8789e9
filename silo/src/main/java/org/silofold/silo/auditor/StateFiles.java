package org.silofold.silo.auditor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.silo.party.PrivateFiles;

/** {@code audit/MODEL/VERSION.state}: the state of the newest verified version; {@code VERSION.part} is one in the making. */
final class StateFiles {
    private static final String PART = ".part";
    private static final String WHOLE = ".state";

    private final Path root;

    StateFiles(Path root) throws IOException {
        this.root = PrivateFiles.directory(root);
    }

    /** The state of a verified version, to be read. */
    StateFile open(String model, long version, ShardLayout layout) throws IOException {
        return new StateFile(FileChannel.open(file(model, version, WHOLE)), layout);
    }

    /** An empty state, to be written. */
    StateFile create(String model, long version, ShardLayout layout) throws IOException {
        PrivateFiles.directory(root.resolve(model));
        Path part = file(model, version, PART);
        Files.deleteIfExists(part);
        PrivateFiles.create(part).close();
        return new StateFile(FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE), layout);
    }

    /** Gives a state, whose bytes are synced, its name, durably. */
    void promote(String model, long version) throws IOException {
        Files.move(
                file(model, version, PART),
                file(model, version, WHOLE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        PrivateFiles.syncDirectory(root.resolve(model));
    }

    /** Gives a version the state of the one before, durably. */
    void repeat(String model, long version) throws IOException {
        Files.deleteIfExists(file(model, version, WHOLE));
        Files.createLink(file(model, version, WHOLE), file(model, version - 1, WHOLE));
        PrivateFiles.syncDirectory(root.resolve(model));
    }

    /** Removes everything of a model but this version's state. */
    void keepOnly(String model, long version) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(model))) {
            for (Path file : files.toList()) {
                if (!file.equals(file(model, version, WHOLE))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private Path file(String model, long version, String end) {
        return root.resolve(model).resolve(version + end);
    }
}
