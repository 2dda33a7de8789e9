package org.silofold.demo.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoakReportTest {
    @TempDir
    Path directory;

    @Test
    void theFileHasTheCountsOfTheTable() throws Exception {
        SoakReport report = new SoakReport(1, 2, 30, 20, 4, 5, 6, true);
        report.write(directory.resolve("soak.json"));
        JsonNode json = new JsonMapper().readTree(directory.resolve("soak.json").toFile());
        assertThat(json).hasSize(7);
        assertThat(json.path("faults").asLong()).isEqualTo(1);
        assertThat(json.path("versions").asLong()).isEqualTo(2);
        assertThat(json.path("accepted").asLong()).isEqualTo(30);
        assertThat(json.path("inVersions").asLong()).isEqualTo(20);
        assertThat(json.path("ended").asLong()).isEqualTo(4);
        assertThat(json.path("lost").asLong()).isEqualTo(5);
        assertThat(json.path("twice").asLong()).isEqualTo(6);
        assertThat(report.lines())
                .containsExactly(
                        "faults injected             1",
                        "versions made               2",
                        "updates accepted           30",
                        "in versions                20",
                        "ended with a reason         4",
                        "lost                        5",
                        "twice                       6");
    }

    @Test
    void oneLostOrCountedTwiceIsTooMany() {
        assertThat(new SoakReport(1, 2, 3, 4, 5, 0, 0, true).holds()).isTrue();
        assertThat(new SoakReport(1, 2, 3, 4, 5, 1, 0, true).holds()).isFalse();
        assertThat(new SoakReport(1, 2, 3, 4, 5, 0, 1, true).holds()).isFalse();
        assertThat(new SoakReport(1, 2, 3, 4, 5, 0, 0, false).holds()).isFalse();
    }
}
