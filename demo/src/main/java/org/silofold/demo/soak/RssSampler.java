package org.silofold.demo.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.silofold.demo.cluster.Cluster;
import org.silofold.demo.cluster.Part;
import org.silofold.demo.local.Uninterruptibles;

/** Takes the resident memory of every part down, again and again, on a thread of its own: {@code VmRSS} in {@code /proc/PID/status} (proc(5)); nothing on systems without it. */
final class RssSampler implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Cluster cluster;
    private final MemoryLog log;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "rss");

    RssSampler(Cluster cluster, MemoryLog log) {
        this.cluster = cluster;
        this.log = log;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            do {
                sample();
            } while (!stop.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sample() throws IOException {
        for (Part part : cluster.parts().all()) {
            OptionalLong pid = cluster.pid(part);
            OptionalLong rss = pid.isPresent() ? rss(pid.getAsLong()) : OptionalLong.empty();
            if (rss.isPresent()) {
                log.add(part, pid.getAsLong(), rss.getAsLong());
            }
        }
    }

    private static OptionalLong rss(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst();
        } catch (IOException gone) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void close() {
        stop.countDown();
        Uninterruptibles.join(thread);
    }
}
