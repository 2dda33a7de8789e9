package org.silofold.demo.soak;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.silofold.demo.cluster.ClusterException;

/**
 * A real file system in memory in a directory's place, with the directory's content and some megabytes more. {@link #close} puts the
 * directory back, with what was written meanwhile. Linux, and only for who may mount. Nobody uses the directory while it is made or closed.
 */
final class SmallDisk implements AutoCloseable {
    private static final long ROOM = 64L << 20;
    private static final int BLOCK = 4096;
    private static final int PATIENCE_SECONDS = 30;
    private static final int PAUSE_MILLIS = 100;

    private final Path place;
    private final Path away;

    private SmallDisk(Path place) {
        this.place = place;
        this.away = place.resolveSibling(place.getFileName() + ".away");
    }

    /** Whether file systems may be mounted here. */
    static boolean isPossible() throws IOException, InterruptedException {
        Path probe = Files.createTempDirectory("silofold-mount");
        try {
            return run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", probe.toString())
                    && run("umount", probe.toString());
        } finally {
            Files.delete(probe);
        }
    }

    static SmallDisk inPlaceOf(Path directory) throws IOException, InterruptedException {
        SmallDisk disk = new SmallDisk(directory);
        Files.move(directory, disk.away);
        Files.createDirectory(directory);
        long size = size(disk.away) + ROOM;
        require("mount", "-t", "tmpfs", "-o", "mode=700,size=" + size, "tmpfs", directory.toString());
        copy(disk.away, directory);
        return disk;
    }

    /** Until not a byte more goes on it; {@link #free} undoes it. */
    void fill() throws IOException {
        try (OutputStream out = Files.newOutputStream(filler())) {
            while (true) {
                out.write(new byte[BLOCK]);
            }
        } catch (IOException full) {
            if (Files.getFileStore(place).getUsableSpace() >= BLOCK) {
                throw full;
            }
        }
    }

    void free() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return place.resolve("filler");
    }

    @Override
    public void close() throws IOException {
        try {
            free();
            delete(away);
            Files.createDirectory(away);
            copy(place, away);
            unmount();
            Files.delete(place);
            Files.move(away, place);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted; " + place + " is a mount still", e);
        }
    }

    /** Again and again while a reader, or a process that is ending, has a file of it open. */
    private void unmount() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!run("umount", place.toString())) {
            if (System.nanoTime() - deadline > 0) {
                throw new ClusterException("failed: umount " + place);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private static void copy(Path from, Path to) throws IOException, InterruptedException {
        require("cp", "-a", from + "/.", to.toString());
    }

    private static long size(Path root) throws IOException {
        long[] size = {0};
        walk(root, (file, is) -> size[0] += is.isDirectory() ? BLOCK : (is.size() + BLOCK - 1) / BLOCK * BLOCK);
        return size[0];
    }

    private static void delete(Path root) throws IOException {
        walk(root, (file, is) -> Files.delete(file));
    }

    private interface Visit {
        void at(Path file, BasicFileAttributes is) throws IOException;
    }

    /** Files before the directories that hold them. */
    private static void walk(Path root, Visit visit) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
                visit.at(file, is);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failed) throws IOException {
                if (failed != null) {
                    throw failed;
                }
                visit.at(directory, Files.readAttributes(directory, BasicFileAttributes.class));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void require(String... command) throws IOException, InterruptedException {
        if (!run(command)) {
            throw new ClusterException("failed: " + String.join(" ", command));
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } finally {
            process.destroyForcibly();
        }
    }
}
