package org.silofold.demo.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A part's process is ended, and no other that has its number now. */
class ProcessTableTest {
    private static final Part PART = Part.single(Part.Kind.BROKER);

    @TempDir
    Path directory;

    private Process process;
    private PartRunner runner;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(directory.resolve("run"));
        runner = new PartRunner(new ClusterDirectory(directory), Clock.systemUTC());
        process =
                new ProcessBuilder("sleep", "600").directory(directory.toFile()).start();
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
    }

    private void record(String start) throws Exception {
        runner.table()
                .write(PART, new PartProcess(new ProcessIdentity(process.pid(), start), Instant.ofEpochSecond(1)));
    }

    @Test
    void aProcessThatIsTheOneThatWasStartedIsKilled() throws Exception {
        record(ProcessIdentity.of(process.pid()).orElseThrow().start());
        assertThat(runner.table().running(PART).map(ProcessHandle::pid)).contains(process.pid());
        runner.kill(PART);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(runner.table().running(PART)).isEmpty();
        assertThat(runner.table().read(PART)).as("what it was").isPresent();
    }

    @Test
    void aProcessThatStartedAtAnotherTimeIsLeftAlone() throws Exception {
        record(ProcessIdentity.of(process.pid()).orElseThrow().start() + "1");
        assertThatThrownBy(() -> runner.kill(PART))
                .isInstanceOf(ClusterException.class)
                .hasMessage("broker does not run");
        assertThat(runner.stop(List.of(PART))).isZero();
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void thePartsOfTheClusterThatADirectoryIsACopyOfAreLeftAlone() throws Exception {
        record(ProcessIdentity.of(process.pid()).orElseThrow().start());
        Path copy = Files.createDirectories(directory.resolve("copy/run"));
        Files.copy(directory.resolve("run/broker.properties"), copy.resolve("broker.properties"));
        PartRunner ofCopy = new PartRunner(new ClusterDirectory(copy.getParent()), Clock.systemUTC());
        assertThat(ofCopy.stop(List.of(PART))).isZero();
        assertThatThrownBy(() -> ofCopy.kill(PART)).hasMessage("broker does not run");
        assertThat(process.isAlive()).isTrue();
        assertThat(runner.table().running(PART)).isPresent();
    }

    @Test
    void aProcessThatEndedHasNoIdentity() throws Exception {
        ProcessIdentity identity = ProcessIdentity.of(process.pid()).orElseThrow();
        process.destroyForcibly().waitFor();
        assertThat(identity.handle()).isEmpty();
    }

    @Test
    void aRecordThatIsNoneIsOneLine() throws Exception {
        Files.writeString(directory.resolve("run/broker.properties"), "pid=no number");
        assertThatThrownBy(() -> runner.table().read(PART))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("broker.properties: not the record of a process");
    }
}
