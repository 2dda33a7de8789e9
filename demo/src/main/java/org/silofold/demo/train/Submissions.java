package org.silofold.demo.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.silofold.protocol.message.UpdateId;

/**
 * Every update of the run, its plain delta in a file: what the demo can know because it has all the hospitals. A line for each goes to
 * {@value #LIST}, so that a later run on the same directory knows them too. Thread-safe.
 */
public final class Submissions {
    /** The list's file name in the directory; {@link SubmittedLine} has its columns. */
    public static final String LIST = "submitted.csv";

    private static final int CHUNK = 1 << 16;

    private final Path directory;
    private final Map<UpdateId, Submitted> byId = new ConcurrentHashMap<>();

    /**
     * @param directory where the plain deltas go; what an earlier run submitted there is known
     */
    public Submissions(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        if (Files.exists(list())) {
            for (String line : Files.readAllLines(list())) {
                SubmittedLine.parse(line, directory).ifPresent(known -> byId.put(known.updateId(), known));
            }
        }
    }

    private Path list() {
        return directory.resolve(LIST);
    }

    /** Where a silo's delta from a version is. */
    public Path file(String silo, long baseVersion) {
        return directory.resolve(silo + "-" + baseVersion + ".f32");
    }

    /** Stores a silo's delta from a version until its update is known. */
    public Path store(String silo, long baseVersion, float[] delta) throws IOException {
        Path file = file(silo, baseVersion);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel out = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (int from = 0; from < delta.length; from += CHUNK) {
                int count = Math.min(CHUNK, delta.length - from);
                chunk.clear();
                chunk.asFloatBuffer().put(delta, from, count);
                chunk.limit(count * Float.BYTES);
                while (chunk.hasRemaining()) {
                    out.write(chunk);
                }
            }
        }
        // At once: a reader may have the same delta of an earlier try open.
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return file;
    }

    /** Takes an update down that its agent has; one that is known already is not taken down again. */
    public synchronized void add(Submitted submitted) {
        if (byId.putIfAbsent(submitted.updateId(), submitted) != null) {
            return;
        }
        try {
            Files.writeString(
                    list(),
                    SubmittedLine.of(submitted) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The update with this id. */
    public Optional<Submitted> get(UpdateId updateId) {
        return Optional.ofNullable(byId.get(updateId));
    }

    /** All updates so far. */
    public Collection<Submitted> all() {
        return List.copyOf(byId.values());
    }
}
