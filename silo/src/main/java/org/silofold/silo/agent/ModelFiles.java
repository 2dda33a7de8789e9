package org.silofold.silo.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.silo.party.PrivateFiles;

/**
 * {@code models/MODEL/VERSION.f32}: a verified version's parameters, float32 little-endian, in the specification's tensor order. What is
 * still being put together is called {@code VERSION.part} and removed at the next start.
 */
final class ModelFiles {
    private static final String PART = ".part";
    private static final String WHOLE = ".f32";

    private final Path root;

    ModelFiles(Path root) throws IOException {
        this.root = PrivateFiles.directory(root);
    }

    /** The file of a verified version; it may be gone. */
    Path whole(String model, long version) {
        return root.resolve(model).resolve(version + WHOLE);
    }

    /** The file of a version that is being put together. */
    Path part(String model, long version) {
        return root.resolve(model).resolve(version + PART);
    }

    /** Opens an empty part for reading and writing. */
    FileChannel openPart(String model, long version) throws IOException {
        PrivateFiles.directory(root.resolve(model));
        Path part = part(model, version);
        Files.deleteIfExists(part);
        PrivateFiles.create(part).close();
        return FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Gives a part, whose bytes are synced, its final name, durably. */
    void promote(String model, long version) throws IOException {
        Files.move(
                part(model, version),
                whole(model, version),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        PrivateFiles.syncDirectory(root.resolve(model));
    }

    /** Removes every whole version of the model but this one. Whoever has an older one open can read it to its end. */
    void keepOnly(String model, long version) throws IOException {
        for (Path file : list(root.resolve(model))) {
            if (file.toString().endsWith(WHOLE) && !file.equals(whole(model, version))) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Merkle root of a file's shards; empty if it has another length than the model. */
    static Optional<Digest> root(Path file, ShardLayout layout) throws IOException {
        if (Files.size(file) != layout.parameterCount() * Float.BYTES) {
            return Optional.empty();
        }
        List<Digest> digests = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            for (int shard = 0; shard < layout.shards(); shard++) {
                digests.add(Digest.sha256(in.readNBytes(layout.parametersIn(shard) * Float.BYTES)));
            }
        }
        return Optional.of(MerkleTree.root(digests));
    }

    /** Removes all parts, of every model. */
    void clearParts() throws IOException {
        for (Path model : list(root)) {
            for (Path file : list(model)) {
                if (file.toString().endsWith(PART)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
