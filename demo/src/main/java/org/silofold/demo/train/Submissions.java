package org.silofold.demo.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.silofold.protocol.message.UpdateId;

/** Every update of the run, its plain delta in a file: what the demo can know because it has all the hospitals. Thread-safe. */
public final class Submissions {
    private static final int CHUNK = 1 << 16;

    private final Path directory;
    private final Map<UpdateId, Submitted> byId = new ConcurrentHashMap<>();

    /**
     * @param directory where the plain deltas go
     */
    public Submissions(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /** Stores a delta until its update is known. */
    Path store(String name, float[] delta) throws IOException {
        Path file = directory.resolve(name + ".f32");
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
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
        return file;
    }

    void add(Submitted submitted) {
        byId.put(submitted.updateId(), submitted);
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
