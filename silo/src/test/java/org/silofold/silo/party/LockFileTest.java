package org.silofold.silo.party;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lock outlives the attempts of others to take it, in this process too. */
class LockFileTest {
    @TempDir
    Path directory;

    /** Asks for the lock in a process of its own: exit code 0 if it gets it. */
    static final class Other {
        private Other() {}

        public static void main(String[] args) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
                System.exit(channel.tryLock() == null ? 1 : 0);
            }
        }
    }

    private static boolean anotherProcessGets(Path file) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        int code = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), Other.class.getName(), file.toString())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(code).isIn(0, 1);
        return code == 0;
    }

    @Test
    void aRefusedAttemptOfThisProcessEndsNoLock() throws Exception {
        Path file = directory.resolve("held.lock");
        LockFile first = LockFile.take(file).orElseThrow();
        assertThat(LockFile.take(file)).isEmpty();
        assertThat(LockFile.take(
                        directory.resolve("..").resolve(directory.getFileName()).resolve("held.lock")))
                .isEmpty();
        assertThat(anotherProcessGets(file)).isFalse();
        first.close();
        first.close();
        assertThat(anotherProcessGets(file)).isTrue();
        Optional<LockFile> again = LockFile.take(file);
        assertThat(again).isPresent();
        again.orElseThrow().close();
    }
}
