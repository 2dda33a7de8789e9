package org.silofold.silo.party;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file that one holder has at a time, of this process or another. POSIX ends a process's lock on a file when any descriptor of it is closed
 * there (fcntl(2)), so a file that is held by this process is not opened a second time.
 */
public final class LockFile implements AutoCloseable {
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private LockFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the file, which is made if it is not there; its directory must be.
     *
     * @return empty if somebody holds it
     */
    public static Optional<LockFile> take(Path file) throws IOException {
        Path real = file.toAbsolutePath().getParent().toRealPath().resolve(file.getFileName());
        if (!HELD.add(real)) {
            return Optional.empty();
        }
        Optional<LockFile> taken = Optional.empty();
        try {
            taken = open(real);
            return taken;
        } finally {
            if (taken.isEmpty()) {
                HELD.remove(real);
            }
        }
    }

    private static Optional<LockFile> open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Held here under another name.
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        return locked ? Optional.of(new LockFile(file, channel)) : Optional.empty();
    }

    /** Lets others take it. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            try {
                channel.close();
            } finally {
                HELD.remove(file);
            }
        }
    }
}
