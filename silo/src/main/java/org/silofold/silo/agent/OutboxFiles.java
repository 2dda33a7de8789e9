package org.silofold.silo.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.silofold.protocol.message.UpdateId;
import org.silofold.silo.party.PrivateFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code outbox/ID/}: the records of one update, byte for byte as they are sent: {@code 0000.rec}, {@code 0001.rec}, ... and {@code manifest.rec}.
 * While they are being written the directory is called {@code ID.building}; what has that name at a start is a torso and removed.
 */
final class OutboxFiles {
    static final String MANIFEST = "manifest.rec";

    private static final String BUILDING = ".building";
    private static final Pattern UPDATE = Pattern.compile("[0-9a-f]{32}(" + Pattern.quote(BUILDING) + ")?");
    private static final Logger LOG = LoggerFactory.getLogger(OutboxFiles.class);

    private final Path root;

    OutboxFiles(Path root) throws IOException {
        this.root = PrivateFiles.directory(root);
    }

    static String shardName(int index) {
        return String.format(Locale.ROOT, "%04d.rec", index);
    }

    /** The directory that holds the update's records. */
    Path directory(UpdateId id) {
        return root.resolve(id.hex());
    }

    /** Makes the directory in which an update's records are written. */
    Path begin(UpdateId id) throws IOException {
        return PrivateFiles.directory(root.resolve(id.hex() + BUILDING));
    }

    /** All records are written and synced: gives their directory its name, durably. */
    void finish(UpdateId id) throws IOException {
        Path building = root.resolve(id.hex() + BUILDING);
        PrivateFiles.syncDirectory(building);
        Files.move(building, directory(id), StandardCopyOption.ATOMIC_MOVE);
        PrivateFiles.syncDirectory(root);
    }

    /** Removes whatever there is of an update. */
    void remove(UpdateId id) throws IOException {
        delete(root.resolve(id.hex() + BUILDING));
        delete(directory(id));
    }

    /** Removes every update but these, as far as it can. What is not an update's is left alone. */
    void keepOnly(List<UpdateId> ids) throws IOException {
        Set<Path> keep = ids.stream().map(this::directory).collect(Collectors.toSet());
        for (Path entry : list(root)) {
            if (!keep.contains(entry)
                    && UPDATE.matcher(entry.getFileName().toString()).matches()) {
                try {
                    delete(entry);
                } catch (IOException e) {
                    LOG.warn("{} cannot be removed: {}", entry, e.getMessage());
                }
            }
        }
    }

    /** Bytes that the disk has left. */
    long usableSpace() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    private static void delete(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            for (Path file : list(directory)) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }
}
