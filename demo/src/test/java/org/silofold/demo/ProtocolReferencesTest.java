package org.silofold.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The protocol's rules have one number each, and every number that code or pages cite is one of them. */
class ProtocolReferencesTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern RULE = Pattern.compile("(?m)^(?:## )?(\\d+(?:\\.\\d+)*)\\.? ");
    private static final String NUMBERS = "(\\d+(?:\\.\\d+)*(?:(?:, | and )\\d+(?:\\.\\d+)*)*)";
    private static final Pattern CITED = Pattern.compile("protocol\\.md\\)?,? (?:sections? )?" + NUMBERS);
    private static final Pattern CITED_IN_PAGES =
            Pattern.compile("(?:\\((?=\\d\\.\\d[\\d., ]*\\))|protocol (?=\\d)|section )" + NUMBERS);

    @Test
    void everyRuleHasItsOwnNumber() throws IOException {
        assertThat(rules()).hasSizeGreaterThan(60).doesNotHaveDuplicates();
    }

    @Test
    void everyNumberThatCodeCitesIsARule() throws IOException {
        List<String> rules = rules();
        int cited = 0;
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(
                            f -> f.toString().endsWith(".java") && f.toString().contains("/src/"))
                    .toList()) {
                String text = Files.readString(file).replaceAll("\\s*\n\\s*(?:\\*|//) ?", " ");
                cited += check(CITED, text, rules, file);
            }
        }
        assertThat(cited).isGreaterThan(10);
    }

    @Test
    void everyNumberThatPagesCiteIsARule() throws IOException {
        List<String> rules = rules();
        for (String page : List.of("protocol.md", "threat-model.md", "operations.md")) {
            Path file = ROOT.resolve("docs").resolve(page);
            assertThat(check(CITED_IN_PAGES, Files.readString(file), rules, file))
                    .as(page)
                    .isPositive();
        }
    }

    private static int check(Pattern citation, String text, List<String> rules, Path file) {
        Matcher matcher = citation.matcher(text);
        int cited = 0;
        while (matcher.find()) {
            for (String number : matcher.group(1).split(", | and ", -1)) {
                assertThat(rules).as("%s cites %s", file, matcher.group()).contains(number);
                cited++;
            }
        }
        return cited;
    }

    private static List<String> rules() throws IOException {
        List<String> rules = new ArrayList<>();
        Matcher rule = RULE.matcher(Files.readString(ROOT.resolve("docs/protocol.md")));
        while (rule.find()) {
            rules.add(rule.group(1));
        }
        return rules;
    }
}
