package org.silofold.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every {@code ./silofold} command in a block of the documentation has the options it names; prose may use placeholders. */
class DocumentedCommandsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern COMMAND = Pattern.compile("\\./silofold ([^`#|>;&\n]*)");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|\\S+");
    private static final List<String> FLINK = List.of("jobmanager", "taskmanager", "flink");

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/separate-processes.md", "docs/operations.md", "CONTRIBUTING.md"})
    void everyCommandParses(String page) throws IOException {
        for (List<String> words : commands(Files.readString(ROOT.resolve(page)))) {
            if (!FLINK.contains(words.get(0))) {
                assertThatCode(() -> Silofold.commandLine().parseArgs(words.toArray(String[]::new)))
                        .as(page + ": silofold " + String.join(" ", words))
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void theReadmeHasCommandsOfEachPart() throws IOException {
        assertThat(commands(Files.readString(ROOT.resolve("README.md"))))
                .extracting(words -> words.get(0))
                .contains("demo", "broker", "topics", "federation", "silo", "model", "agent", "submit", "status")
                .containsAll(FLINK);
    }

    /** Lines between fences and lines that four spaces indent. */
    private static String blocks(String page) {
        StringBuilder blocks = new StringBuilder();
        boolean fenced = false;
        for (String line : page.lines().toList()) {
            fenced ^= line.startsWith("```");
            if (fenced || line.startsWith("    ")) {
                blocks.append(line).append('\n');
            }
        }
        return blocks.toString();
    }

    private static List<List<String>> commands(String page) {
        List<List<String>> commands = new ArrayList<>();
        Matcher command = COMMAND.matcher(blocks(page).replace("\\\n", " "));
        while (command.find()) {
            // What the shell puts in place of a variable is any word; a number where one is needed is written out.
            List<String> words = WORD.matcher(command.group(1))
                    .results()
                    .map(word -> word.group().replaceAll("\"", "").replaceAll("\\$\\{?\\w+}?", "x"))
                    .toList();
            if (!words.isEmpty()) {
                commands.add(words);
            }
        }
        return commands;
    }
}
