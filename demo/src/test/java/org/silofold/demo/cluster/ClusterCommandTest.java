package org.silofold.demo.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.silo.cli.Commands;
import picocli.CommandLine;

/** What a person may get wrong: one line that names it, and nothing else happens. */
class ClusterCommandTest {
    private static final String HOME = "silofold.home";

    @TempDir
    Path directory;

    private final StringWriter said = new StringWriter();
    private String home;

    @BeforeEach
    void install() throws Exception {
        // Names of programs are enough here: none is started.
        Path target = Files.createDirectories(directory.resolve("home/demo/target"));
        Files.writeString(target.resolve("libraries.classpath"), "none");
        Files.writeString(target.resolve("flink.classpath"), "none");
        Files.createFile(Files.createDirectories(directory.resolve("home/flink-job/target"))
                .resolve("silofold-job.jar"));
        Files.createFile(
                Files.createDirectories(directory.resolve("home/local/flink")).resolve("log4j2.properties"));
        home = System.setProperty(HOME, directory.resolve("home").toString());
    }

    @AfterEach
    void restore() {
        if (home == null) {
            System.clearProperty(HOME);
        } else {
            System.setProperty(HOME, home);
        }
    }

    private int run(String... arguments) {
        CommandLine command = Commands.failingInOneLine(new CommandLine(new ClusterCommand()));
        command.setErr(new PrintWriter(said, true));
        command.setOut(new PrintWriter(said, true));
        return command.execute(arguments);
    }

    private void saysOneLine(String text) {
        assertThat(said.toString().lines()).singleElement().asString().contains(text);
    }

    private Path made() throws Exception {
        Path made = directory.resolve("made");
        Cluster.make(
                new ClusterDirectory(made),
                new ClusterSpec(5, 1, 10, 1000),
                Installation.ofHome(directory.resolve("home")));
        return made;
    }

    @Test
    void aDirectoryThatIsNoClusters() {
        for (String command : List.of("status", "down", "kill broker", "start broker", "train --versions 1")) {
            said.getBuffer().setLength(0);
            String[] words = (command + " --dir " + directory.resolve("none")).split(" ", -1);
            assertThat(run(words)).as(command).isEqualTo(1);
            saysOneLine("none: not a cluster's directory");
        }
    }

    @Test
    void aDirectoryWithOtherThings() throws Exception {
        Files.writeString(directory.resolve("mine.txt"), "mine");
        assertThat(run("up", "--dir", directory.toString())).isEqualTo(1);
        saysOneLine("neither empty nor a cluster's directory");
    }

    @Test
    void aPartThatThereIsNot() throws Exception {
        assertThat(run("kill", "taskmanager-2", "--dir", made().toString())).isEqualTo(1);
        saysOneLine("there is no part taskmanager-2; there are zookeeper, broker, jobmanager, taskmanager-1, agent-");
    }

    @Test
    void aPartThatDoesNotRun() throws Exception {
        assertThat(run("kill", "broker", "--dir", made().toString())).isEqualTo(1);
        saysOneLine("broker does not run");
    }

    @Test
    void anAgentBeforeThereIsAFederation() throws Exception {
        assertThat(run("start", "agent-silo-1", "--dir", made().toString())).isEqualTo(1);
        saysOneLine("the federation is not founded; run cluster up");
    }

    @Test
    void anotherSizeThanTheClusterHas() throws Exception {
        assertThat(run("up", "--silos", "4", "--dir", made().toString())).isEqualTo(1);
        saysOneLine("a cluster of 5 silos, 1 TaskManagers and 10 parameters is there");
    }

    @Test
    void sizesThatNoClusterHas() {
        assertThat(run("up", "--silos", "3", "--dir", directory.resolve("new").toString()))
                .isEqualTo(2);
        saysOneLine("--silos must be from 4 to 32");
        assertThat(directory.resolve("new")).doesNotExist();
    }

    @Test
    void portsAreFreeDistinctAndKept() throws Exception {
        Path made = made();
        Ports ports =
                ClusterSettings.read(new ClusterDirectory(made).settings()).ports();
        List<Integer> all = new java.util.ArrayList<>(ports.agents());
        all.addAll(List.of(ports.broker(), ports.zookeeper(), ports.rest()));
        assertThat(all).hasSize(8).doesNotHaveDuplicates().allMatch(port -> port >= 15_000 && port < 32_000);
    }

    @Test
    void statusOfWhatNeverRanIsATableAndUnwell() throws Exception {
        assertThat(run("status", "--dir", made().toString())).isEqualTo(3);
        assertThat(said.toString().lines())
                .hasSize(11)
                .anyMatch(line -> line.matches("agent-silo-5 +- +no +- +was never started"))
                .endsWith("no version yet");
    }
}
