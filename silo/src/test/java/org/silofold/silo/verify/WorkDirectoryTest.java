package org.silofold.silo.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkDirectoryTest {
    /** A process with such a directory and files in it, which it keeps until it is told to end. */
    static final class Worker {
        private Worker() {}

        public static void main(String[] arguments) throws Exception {
            try (WorkDirectory work = new WorkDirectory("silofold-test")) {
                for (int i = 0; i < 50; i++) {
                    Files.write(work.path().resolve("file-" + i), new byte[100]);
                }
                System.out.println(work.path());
                new CountDownLatch(1).await();
            }
        }
    }

    @Test
    void isGoneWithAllInItOnceItIsClosed() throws Exception {
        Path path;
        try (WorkDirectory work = new WorkDirectory("silofold-test")) {
            path = work.path();
            Files.writeString(Files.createDirectories(path.resolve("a/b")).resolve("c"), "c");
        }
        assertThat(path).doesNotExist();
    }

    /** By SIGTERM; SIGINT ends a JVM the same way, but is ignored by what a shell started in the background. */
    @Test
    void isGoneWhenTheJvmIsToldToEnd() throws Exception {
        Process worker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Worker.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Path path;
        try (BufferedReader says = worker.inputReader(StandardCharsets.UTF_8)) {
            path = Path.of(says.readLine());
            assertThat(path.toFile().list()).isNotEmpty();
            new ProcessBuilder("kill", "-TERM", Long.toString(worker.pid()))
                    .start()
                    .waitFor();
            assertThat(worker.waitFor()).isEqualTo(143);
        } finally {
            worker.destroyForcibly();
        }
        assertThat(path).doesNotExist();
    }
}
