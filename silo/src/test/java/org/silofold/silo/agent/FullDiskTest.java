package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.UpdateId;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.store.LimitedDatabase;
import org.silofold.silo.store.UpdateState;

/** A disk that is full when an update is submitted: one clear error, nothing kept, nothing spent, and it works once there is space. */
@Timeout(60)
class FullDiskTest {
    private static final int PARAMETERS = 97 * 2048;

    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(PARAMETERS);

    @Test
    void aFullDatabaseKeepsNothingOfAnUpdate() throws IOException {
        PartyDirectory party = federation.party(directory.resolve("party"), "silo-1", "127.0.0.1:1");
        try (LimitedDatabase database = new LimitedDatabase(party.agentDatabase());
                TestAgent agent = TestAgent.on(federation, party, database.agent())) {
            agent.initial();
            database.fill();
            assertThatThrownBy(() -> submit(agent)).satisfies(FullDiskTest::saysFull);
            keptNothing(agent);
            database.free();
            kept(agent, submit(agent));
        }
    }

    @Test
    void aFullFileSystemKeepsNothingOfAnUpdate() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), "size=4m")) {
            PartyDirectory party = federation.party(disk.root.resolve("party"), "silo-1", "127.0.0.1:1");
            try (TestAgent agent = TestAgent.open(federation, party)) {
                agent.initial();
                disk.fillBytes();
                assertThatThrownBy(() -> submit(agent)).satisfies(FullDiskTest::saysFull);
                keptNothing(agent);
                disk.freeAll();
                kept(agent, submit(agent));
            }
        }
    }

    /** There is space, but no room for another file: the write fails at its first file, at its second and so on. */
    @Test
    void aWriteThatFailsHalfwayKeepsNothing() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), "size=8m,nr_inodes=64")) {
            PartyDirectory party = federation.party(disk.root.resolve("party"), "silo-1", "127.0.0.1:1");
            try (TestAgent agent = TestAgent.open(federation, party)) {
                agent.initial();
                disk.fillFiles();
                int failures = 0;
                Throwable thrown = catchThrowable(() -> submit(agent));
                while (thrown != null) {
                    failures++;
                    saysFull(thrown);
                    keptNothing(agent);
                    disk.freeFile();
                    thrown = catchThrowable(() -> submit(agent));
                }
                // The update's directory, two shards and the manifest.
                assertThat(failures).isGreaterThanOrEqualTo(4);
                kept(agent, agent.database.updates().all().get(0).updateId());
            }
        }
    }

    private static UpdateId submit(TestAgent agent) {
        float[] delta = new float[PARAMETERS];
        delta[0] = 0.25f;
        return agent.outbox.submit(agent.request(0, delta));
    }

    private static void saysFull(Throwable thrown) {
        assertThat(thrown).isInstanceOfSatisfying(AgentException.class, e -> {
            assertThat(e.code()).isEqualTo(AgentException.DISK_FULL);
            assertThat(e.getMessage()).contains("the disk of ", " is full").hasLineCount(1);
        });
    }

    private static void keptNothing(TestAgent agent) throws IOException {
        assertThat(agent.database.updates().all()).isEmpty();
        assertThat(agent.spentBy(0)).isEmpty();
        try (Stream<Path> left = Files.list(agent.party.outbox())) {
            assertThat(left).isEmpty();
        }
    }

    private static void kept(TestAgent agent, UpdateId id) {
        assertThat(agent.database.updates().unsent()).singleElement().satisfies(update -> {
            assertThat(update.updateId()).isEqualTo(id);
            assertThat(update.state()).isEqualTo(UpdateState.NOT_SENT);
            assertThat(agent.outbox.records(update)).hasSize(3);
        });
    }

    /** A real file system of a few megabytes in memory; needs Linux and the right to mount. */
    private record SmallDisk(Path root, Deque<Path> fillers) implements AutoCloseable {
        static SmallDisk mount(Path root, String options) throws IOException {
            Files.createDirectory(root);
            assumeThat(run("mount", "-t", "tmpfs", "-o", options, "tmpfs", root.toString()))
                    .as("may mount")
                    .isTrue();
            return new SmallDisk(root, new ArrayDeque<>());
        }

        void fillBytes() throws IOException {
            Path file = root.resolve("filler");
            fillers.push(file);
            assertThatThrownBy(() -> {
                        try (OutputStream out = Files.newOutputStream(file)) {
                            while (true) {
                                out.write(new byte[1024]);
                            }
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(Files.getFileStore(root).getUsableSpace()).isLessThan(4096);
        }

        void fillFiles() {
            assertThatThrownBy(() -> {
                        while (true) {
                            fillers.push(Files.createFile(root.resolve("filler-" + fillers.size())));
                        }
                    })
                    .isInstanceOf(IOException.class);
        }

        void freeFile() throws IOException {
            Files.delete(fillers.pop());
        }

        void freeAll() throws IOException {
            while (!fillers.isEmpty()) {
                freeFile();
            }
        }

        @Override
        public void close() {
            assertThat(run("umount", root.toString())).as("unmounts").isTrue();
        }

        private static boolean run(String... command) {
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                return process.onExit().orTimeout(10, TimeUnit.SECONDS).join().exitValue() == 0;
            } catch (IOException e) {
                return false; // there is no such program here
            }
        }
    }
}
