package org.silofold.demo.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.silofold.demo.cluster.Cluster;
import org.silofold.demo.cluster.Part;
import org.silofold.demo.local.Uninterruptibles;

/** Takes down one figure of the process of every part, again and again, on a thread of its own. */
final class Sampler implements AutoCloseable {
    /** A figure of a process. */
    @FunctionalInterface
    interface Gauge {
        /**
         * Reads it.
         *
         * @param pid whose
         * @return kibibytes; nothing where it cannot be had, as of a process that has just ended
         */
        OptionalLong kibibytes(long pid) throws IOException, InterruptedException;
    }

    private final Cluster cluster;
    private final Gauge gauge;
    private final Duration interval;
    private final MemoryLog log;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;

    /**
     * @param cluster whose parts
     * @param gauge what of them
     * @param interval between two looks at all of them
     * @param log where the samples go
     */
    Sampler(Cluster cluster, Gauge gauge, Duration interval, MemoryLog log) {
        this.cluster = cluster;
        this.gauge = gauge;
        this.interval = interval;
        this.log = log;
        this.thread = new Thread(this::run, "sampler-of-" + gauge.getClass().getSimpleName());
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            do {
                for (Part part : cluster.parts().all()) {
                    if (stop.getCount() > 0) {
                        sample(part);
                    }
                }
            } while (!stop.await(interval.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sample(Part part) throws IOException, InterruptedException {
        OptionalLong pid = cluster.pid(part);
        OptionalLong value = pid.isPresent() ? gauge.kibibytes(pid.getAsLong()) : OptionalLong.empty();
        if (value.isPresent()) {
            log.add(part, pid.getAsLong(), value.getAsLong());
        }
    }

    @Override
    public void close() {
        stop.countDown();
        Uninterruptibles.join(thread);
    }
}
