package org.silofold.demo.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.silofold.demo.cluster.Cluster;
import org.silofold.demo.cluster.Part;
import org.silofold.demo.local.Uninterruptibles;

/**
 * Takes down what is alive in the heap of every part, again and again, on a thread of its own: the total of {@code jcmd PID GC.class_histogram},
 * which collects garbage first. Nothing where the JDK's {@code jcmd} is not there.
 */
final class HeapSampler implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMinutes(2);
    /** A JVM that has just begun does not answer yet. */
    private static final Duration YOUNG = Duration.ofSeconds(20);

    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");

    private final Cluster cluster;
    private final MemoryLog log;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "live-heap");

    HeapSampler(Cluster cluster, MemoryLog log) {
        this.cluster = cluster;
        this.log = log;
    }

    void start() {
        if (Files.isExecutable(JCMD)) {
            thread.start();
        }
    }

    private void run() {
        try {
            while (!stop.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                for (Part part : cluster.parts().all()) {
                    if (stop.getCount() > 0) {
                        sample(part);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sample(Part part) throws IOException, InterruptedException {
        OptionalLong pid = cluster.pid(part);
        if (pid.isEmpty() || isYoung(pid.getAsLong())) {
            return;
        }
        OptionalLong live = live(pid.getAsLong());
        if (live.isPresent()) {
            log.add(part, pid.getAsLong(), live.getAsLong());
        }
    }

    private static boolean isYoung(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().startInstant())
                .filter(start -> start.plus(YOUNG).isBefore(Instant.now()))
                .isEmpty();
    }

    /** Kibibytes; nothing of a process that ends meanwhile, or stands still. */
    private static OptionalLong live(long pid) throws IOException, InterruptedException {
        Path output = Files.createTempFile("silofold-heap", ".txt");
        try {
            Process jcmd = new ProcessBuilder(JCMD.toString(), Long.toString(pid), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!jcmd.waitFor(ANSWER.toMillis(), TimeUnit.MILLISECONDS)) {
                jcmd.destroyForcibly().waitFor();
                return OptionalLong.empty();
            }
            return total(Files.readAllLines(output, StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
        }
    }

    /** Of the line {@code Total INSTANCES BYTES}, kibibytes. */
    static OptionalLong total(List<String> histogram) {
        return histogram.stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length == 3 && words[0].equals("Total"))
                .mapToLong(words -> Long.parseLong(words[2]) / 1024)
                .findFirst();
    }

    @Override
    public void close() {
        stop.countDown();
        Uninterruptibles.join(thread);
    }
}
