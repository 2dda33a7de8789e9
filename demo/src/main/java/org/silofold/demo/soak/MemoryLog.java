package org.silofold.demo.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.silofold.demo.cluster.Part;

/** Samples of the memory of processes, kept and written to a file, {@code millis,part,pid,kib}. Thread-safe. */
final class MemoryLog {
    private final Path file;
    private final Clock clock;
    private final List<Sample> samples = new ArrayList<>();

    /**
     * @param millis when, epoch milliseconds
     * @param part whose process
     * @param pid which process
     * @param kibibytes its memory of the kind that this log is of
     */
    record Sample(long millis, String part, long pid, long kibibytes) {}

    MemoryLog(Path file, Clock clock) throws IOException {
        this.file = file;
        this.clock = clock;
        Files.writeString(file, "millis,part,pid,kib\n");
    }

    synchronized void add(Part part, long pid, long kibibytes) throws IOException {
        Sample sample = new Sample(clock.millis(), part.name(), pid, kibibytes);
        samples.add(sample);
        Files.writeString(
                file,
                sample.millis() + "," + sample.part() + "," + pid + "," + kibibytes + "\n",
                StandardOpenOption.APPEND);
    }

    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }
}
