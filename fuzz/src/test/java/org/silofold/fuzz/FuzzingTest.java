package org.silofold.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Fuzzes, in a process of its own, since Jazzer fuzzes one method a process. By default all targets in turn for the {@code fuzz.seconds} of a
 * build; with {@code -Dfuzz.targets=REGEX} each target that matches, {@code fuzz.seconds} long, one after the other. A finding fails the test;
 * its input is left in {@code target/fuzzing/findings} and belongs into the target's kept inputs once it is understood.
 */
class FuzzingTest {
    private static final Path INPUTS = Path.of("src/test/resources");
    private static final Path WORK = Path.of("target/fuzzing").toAbsolutePath();
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 20);

    /** What a build may take, however slow the machine. */
    private static final int SLACK_SECONDS = 300;

    /** An input that takes longer is a finding; the first of a target also pays for loading it. */
    private static final int STUCK_SECONDS = 240;

    @Test
    void findsNothing() throws Exception {
        String only = System.getProperty("fuzz.targets", "");
        if (only.isEmpty()) {
            Path seeds = WORK.resolve("seeds");
            List<Targets.Target> targets = Targets.all();
            for (int i = 0; i < targets.size(); i++) {
                copy(targets.get(i), seeds, new byte[] {(byte) i});
            }
            // Fixed, so that two builds of one state try much the same.
            fuzz("EveryTarget", EveryTarget.class, List.of("-seed=1"), seeds);
            return;
        }
        Pattern wanted = Pattern.compile(only);
        List<Targets.Target> matching = Targets.all().stream()
                .filter(target -> wanted.matcher(target.name()).matches())
                .toList();
        assertThat(matching).as("targets that match " + only).isNotEmpty();
        for (Targets.Target target : matching) {
            Path seeds = WORK.resolve("seeds-" + target.name());
            copy(target, seeds, new byte[0]);
            List<String> method = List.of("--target_method=" + target.method().getName());
            fuzz(target.name(), target.instance().getClass(), method, seeds);
        }
    }

    @Test
    void everyTargetHasKeptInputs() {
        assertThat(Targets.all()).hasSizeGreaterThanOrEqualTo(20).allSatisfy(target -> assertThat(
                        INPUTS.resolve(target.inputs()))
                .isNotEmptyDirectory());
    }

    private static void copy(Targets.Target target, Path to, byte[] prefix) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> inputs = Files.list(INPUTS.resolve(target.inputs()))) {
            for (Path input : inputs.toList()) {
                Path file = to.resolve(target.name() + "-" + input.getFileName());
                Files.write(file, prefix);
                Files.write(file, Files.readAllBytes(input), java.nio.file.StandardOpenOption.APPEND);
            }
        }
    }

    private static void fuzz(String name, Class<?> type, List<String> options, Path seeds) throws Exception {
        Path corpus = Files.createDirectories(WORK.resolve("corpus-" + name));
        Path findings = Files.createDirectories(WORK.resolve("findings"));
        Path log = WORK.resolve(name + ".log");
        Path temporary = Files.createDirectories(WORK.resolve("tmp"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+EnableDynamicAgentLoading",
                "-Dlog4j2.level=OFF",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                classPath(),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + type.getName(),
                "--instrumentation_includes=org.silofold.**",
                "--instrumentation_excludes=org.silofold.fuzz.**"));
        command.addAll(options);
        command.addAll(List.of(
                "-max_total_time=" + SECONDS,
                "-max_len=65536",
                "-timeout=" + STUCK_SECONDS,
                "-artifact_prefix=" + findings + File.separator + name + "-",
                "--reproducer_path=" + findings,
                corpus.toString(),
                seeds.toString()));
        Process process = new ProcessBuilder(command)
                .directory(WORK.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(SECONDS + SLACK_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        // The fuzzer ends the process in its own way, which is not always the JVM's.
        TemporaryDirectory.delete(temporary);
        String said = Files.readString(log);
        assertThat(ended).as("%s ends in time%n%s", name, said).isTrue();
        assertThat(process.exitValue()).as("%s finds nothing%n%s", name, said).isZero();
        assertThat(said).as("it did fuzz").containsPattern("Done \\d+ runs");
    }

    /** Surefire may hide it in a jar's manifest; see its property. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
