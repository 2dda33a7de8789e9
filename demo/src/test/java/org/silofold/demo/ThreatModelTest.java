package org.silofold.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that the threat model names is in the source tree, so that no promise rests on a test that was renamed or removed. */
class ThreatModelTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern QUOTED = Pattern.compile("`([A-Za-z]\\w*)(?:\\.(\\w+))?`");
    private static final Pattern ANNOTATION =
            Pattern.compile("@(Test|ParameterizedTest|RepeatedTest|Property|FuzzTest)\\b");

    /** A test class, and one of its methods or nothing. */
    private record Named(String type, String method) {}

    @Test
    void everyTestThatItNamesExists() throws IOException {
        Map<String, String> sources = sources();
        List<Named> named = named(Files.readString(ROOT.resolve("docs/threat-model.md")));
        assertThat(named).hasSizeGreaterThan(100);
        assertThat(named).allSatisfy(test -> {
            assertThat(sources).as("the class of %s", test).containsKey(test.type());
            assertThat(test.method().isEmpty() || isTest(sources.get(test.type()), test.method()))
                    .as("%s is a test", test)
                    .isTrue();
        });
    }

    @Test
    void everyRowSaysWhatItHasToSay() throws IOException {
        int columns = 0;
        for (String line :
                Files.readString(ROOT.resolve("docs/threat-model.md")).lines().toList()) {
            if (!line.startsWith("|")) {
                columns = 0;
                continue;
            }
            List<String> cells = cells(line);
            columns = columns == 0 ? cells.size() : columns;
            assertThat(cells).as(line).hasSize(columns);
            assertThat(cells.subList(0, cells.size() - 1)).as(line).noneMatch(String::isBlank);
        }
    }

    /** In a column of tests a method alone is one of the class named before it. Elsewhere only what ends in Test is a test. */
    private static List<Named> named(String page) {
        List<Named> all = new ArrayList<>();
        int column = -1;
        for (String line : page.lines().toList()) {
            List<String> cells = line.startsWith("|") ? cells(line) : List.of(line);
            if (!line.startsWith("|")) {
                column = -1;
            } else if (cells.contains("test")) {
                column = cells.indexOf("test");
            }
            for (int i = 0; i < cells.size(); i++) {
                named(cells.get(i), i == column, all);
            }
        }
        return all;
    }

    private static void named(String text, boolean tests, List<Named> all) {
        Matcher quoted = QUOTED.matcher(text);
        String type = "";
        while (quoted.find()) {
            String method = quoted.group(2) == null ? "" : quoted.group(2);
            if (quoted.group(1).endsWith("Test")) {
                type = quoted.group(1);
                all.add(new Named(type, method));
            } else if (tests || (!type.isEmpty() && method.isEmpty())) {
                all.add(new Named(type, quoted.group(1)));
            }
        }
    }

    private static List<String> cells(String row) {
        return Arrays.stream(row.substring(1, row.lastIndexOf('|')).split("\\|", -1))
                .map(String::trim)
                .toList();
    }

    private static boolean isTest(String source, String method) {
        int at = source.indexOf(" void " + method + "(");
        if (at < 0) {
            return false;
        }
        int before = Math.max(0, source.lastIndexOf(" void ", at - 1));
        return ANNOTATION.matcher(source.substring(before, at)).find();
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(tests)) {
                    for (Path file : files.filter(f -> f.toString().endsWith("Test.java"))
                            .toList()) {
                        String name = file.getFileName().toString().replace(".java", "");
                        sources.merge(name, Files.readString(file), String::concat);
                    }
                }
            }
        }
        return sources;
    }
}
