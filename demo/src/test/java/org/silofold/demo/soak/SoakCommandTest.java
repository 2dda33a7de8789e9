package org.silofold.demo.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.silo.cli.Commands;
import picocli.CommandLine;

/** What a person may get wrong: one line that names it, before anything is started or written. */
class SoakCommandTest {
    @TempDir
    Path directory;

    private final StringWriter said = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = Commands.failingInOneLine(new CommandLine(new SoakCommand()));
        command.setErr(new PrintWriter(said, true));
        command.setOut(new PrintWriter(said, true));
        return command.execute(arguments);
    }

    private void refuses(int code, String line, String... arguments) {
        assertThat(run(arguments)).isEqualTo(code);
        assertThat(said.toString().lines()).singleElement().asString().contains(line);
        assertThat(directory.resolve("new")).doesNotExist();
    }

    private String fresh() {
        return directory.resolve("new").toString();
    }

    @Test
    void noTimeAtAll() {
        refuses(2, "--minutes must be above 0 and at most 100000", "--minutes", "0", "--dir", fresh());
    }

    @Test
    void tooFewSilos() {
        refuses(2, "--silos must be from 4 to 32", "--minutes", "1", "--silos", "3", "--dir", fresh());
    }

    @Test
    void countsThatCouldBeWrittenNowhere() {
        String nowhere = directory.resolve("nowhere").resolve("soak.json").toString();
        refuses(2, "--json: there is no directory to write", "--minutes", "1", "--dir", fresh(), "--json", nowhere);
    }

    @Test
    void aDirectoryThatIsThere() {
        refuses(1, "is there already; take another directory", "--minutes", "1", "--dir", directory.toString());
    }
}
