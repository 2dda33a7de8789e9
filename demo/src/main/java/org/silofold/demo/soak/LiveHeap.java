package org.silofold.demo.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * What is alive in the heap of a JVM: the total of {@code jcmd PID GC.class_histogram}, which collects garbage first. Nothing where the
 * JDK's {@code jcmd} is not there.
 */
final class LiveHeap implements Sampler.Gauge {
    /** A JVM that has just begun does not answer yet. */
    private static final Duration YOUNG = Duration.ofSeconds(20);

    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");

    /** Nothing, too, of a process that ends meanwhile, or stands still. */
    @Override
    public OptionalLong kibibytes(long pid) throws IOException, InterruptedException {
        if (!Files.isExecutable(JCMD) || isYoung(pid)) {
            return OptionalLong.empty();
        }
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

    private static boolean isYoung(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().startInstant())
                .filter(start -> start.plus(YOUNG).isBefore(Instant.now()))
                .isEmpty();
    }

    /** Of the line {@code Total INSTANCES BYTES}, kibibytes. */
    static OptionalLong total(List<String> histogram) {
        return histogram.stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length == 3 && words[0].equals("Total"))
                .mapToLong(words -> Long.parseLong(words[2]) / 1024)
                .findFirst();
    }
}
