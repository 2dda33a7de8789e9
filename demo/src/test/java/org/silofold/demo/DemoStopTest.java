package org.silofold.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ctrl-C of the demo, a real signal to a real process, while it starts, works and waits: it ends soon and leaves nothing behind. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class DemoStopTest {
    private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:([0-9]+)");

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "starting a Kafka broker, --versions 1000",
        "federation founded, --versions 1000",
        "'v1 ', --versions 1000",
        "everything stays up, --versions 1 --keep"
    })
    void aSignalEndsItCleanly(String at, String options) throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        List<String> command = command(temporary);
        command.addAll(List.of(
                "demo", "--pace", "0.1", "--out", directory.resolve("out").toString()));
        command.addAll(List.of(options.split(" ", -1)));
        Process demo = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader said = demo.inputReader(StandardCharsets.UTF_8)) {
            List<String> lines = readUntil(said, at);
            List<ProcessHandle> children = demo.descendants().toList();
            assertThat(children).as("processes of its own").isEmpty();
            Signal signal = signal();
            int before = lines.size();
            kill(signal, demo);
            said.lines().forEach(lines::add);
            assertThat(demo.waitFor(60, TimeUnit.SECONDS)).as("ends").isTrue();

            assertThat(demo.exitValue()).as(String.join("\n", lines)).isEqualTo(signal.exit);
            // A line that was being written when the signal came may stand before.
            assertThat(lines.subList(before, lines.size()))
                    .filteredOn(line -> line.startsWith(">> stopping: "))
                    .hasSize(1);
            assertThat(lines).noneMatch(line -> line.contains("Exception") || line.startsWith("\tat "));
            assertThat(temporary).isEmptyDirectory();
            for (int port : ports(lines)) {
                assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                        .isInstanceOf(ConnectException.class);
            }
            assertThat(files(directory.resolve("out/run/flink")))
                    .as("Flink's own files")
                    .isEmpty();
        } finally {
            demo.destroyForcibly();
        }
    }

    /** A signal and what a process that it ended exits with. */
    private enum Signal {
        INT(130),
        TERM(143);

        private final int exit;

        Signal(int exit) {
            this.exit = exit;
        }
    }

    /** Ctrl-C's, unless this process was started in a shell's background, where children ignore it. */
    private static Signal signal() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return Signal.INT;
        }
        String ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> line.substring(7).strip())
                .findFirst()
                .orElse("0");
        return (Long.parseUnsignedLong(ignored, 16) & (1L << 1)) == 0 ? Signal.INT : Signal.TERM;
    }

    private static void kill(Signal signal, Process process) throws Exception {
        int code = new ProcessBuilder("kill", "-" + signal.name(), Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(code).isZero();
    }

    private static List<String> command(Path temporary) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens"))
                .forEach(command::add);
        command.addAll(List.of(
                "-Xmx2g",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Silofold.class.getName()));
        return command;
    }

    private static List<String> readUntil(BufferedReader said, String text) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            lines.add(line);
            if (line.contains(text)) {
                return lines;
            }
        }
        throw new AssertionError("it ended before it said '" + text + "': " + lines);
    }

    private static List<Integer> ports(List<String> lines) {
        return lines.stream()
                .map(PORT::matcher)
                .filter(Matcher::find)
                .map(found -> Integer.valueOf(found.group(1)))
                .toList();
    }

    private static List<Path> files(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
