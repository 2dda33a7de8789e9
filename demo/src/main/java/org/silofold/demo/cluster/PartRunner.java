package org.silofold.demo.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Starts and ends the processes of parts. Ends none but the very process that it once started. */
final class PartRunner {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration GLANCE = Duration.ofMillis(50);
    /** Of glibc, one for each of many threads else: what these allocate and free again beside the heap fragments them more and more. */
    private static final String ARENAS = "2";

    private final ClusterDirectory directory;
    private final ProcessTable table;
    private final Clock clock;

    PartRunner(ClusterDirectory directory, Clock clock) {
        this.directory = directory;
        this.table = new ProcessTable(directory.run());
        this.clock = clock;
    }

    ProcessTable table() {
        return table;
    }

    /** Starts a process for the part, whose output is added to its log. */
    void start(Part part, List<String> command) throws IOException {
        Process process = launch(JvmCommand.detached(command), directory.log(part));
        ProcessIdentity identity = ProcessIdentity.of(process.pid())
                .orElseThrow(() ->
                        new ClusterException(part + " ended as soon as it was started; see " + directory.log(part)));
        table.write(part, new PartProcess(identity, clock.instant().truncatedTo(ChronoUnit.MILLIS)));
    }

    /**
     * Runs a command to its end.
     *
     * @throws ClusterException if it fails or takes too long
     */
    void run(String what, List<String> command, Path log, Duration atMost) throws IOException, InterruptedException {
        Process process = launch(command, log);
        try {
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ClusterException(what + " took longer than " + atMost.toSeconds() + " s; see " + log);
            }
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new ClusterException(what + " failed; see " + log);
        }
    }

    private Process launch(List<String> command, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(Files.createDirectories(log.getParent())
                        .resolve(log.getFileName())
                        .toFile()));
        builder.environment().put("FLINK_CONF_DIR", directory.flink().toString());
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", ARENAS);
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /**
     * SIGKILL: the process is gone when this returns.
     *
     * @throws ClusterException if the part does not run
     */
    void kill(Part part) throws IOException, InterruptedException {
        table.running(part)
                .orElseThrow(() -> new ClusterException(part + " does not run"))
                .destroyForcibly();
        awaitEnd(part);
    }

    /**
     * Sends a signal.
     *
     * @throws ClusterException if the part does not run
     */
    void signal(Part part, String signal) throws IOException, InterruptedException {
        long pid = table.running(part)
                .orElseThrow(() -> new ClusterException(part + " does not run"))
                .pid();
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (kill.waitFor() != 0) {
            throw new ClusterException(part + " takes no SIG" + signal);
        }
    }

    /** SIGTERM to all, SIGKILL to those that do not end soon; returns how many ran. */
    int stop(List<Part> parts) throws IOException, InterruptedException {
        int running = 0;
        for (Part part : parts) {
            if (table.running(part).map(ProcessHandle::destroy).isPresent()) {
                running++;
            }
        }
        long deadline = System.nanoTime() + SOON.toNanos();
        for (Part part : parts) {
            if (!ended(part, deadline)) {
                table.running(part).ifPresent(ProcessHandle::destroyForcibly);
                awaitEnd(part);
            }
        }
        return running;
    }

    private void awaitEnd(Part part) throws IOException, InterruptedException {
        if (!ended(part, System.nanoTime() + SOON.toNanos())) {
            throw new ClusterException(part + " does not end");
        }
    }

    /** Looks again and again: a process that ended may stay in the system's list, as a zombie, until its parent asks. */
    private boolean ended(Part part, long deadline) throws IOException, InterruptedException {
        while (true) {
            Optional<ProcessHandle> process = table.running(part);
            if (process.isEmpty()) {
                return true;
            }
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            try {
                process.get().onExit().get(GLANCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                // Look again.
            } catch (ExecutionException e) {
                throw new IOException(part + ": " + e.getCause().getMessage(), e);
            }
        }
    }
}
