package org.silofold.demo.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
    private static final Pattern NUMBER = Pattern.compile("NaN|Infinity|null");

    @TempDir
    Path directory;

    @Test
    void summaryHasEveryPromisedField() throws IOException {
        RunSummary run = SampleRun.of(6, true);
        Path file = directory.resolve("summary.json");
        run.write(file);
        JsonNode json = JsonMapper.builder().build().readTree(file.toFile());
        assertThat(json.get("versions").isInt()).isTrue();
        assertThat(json.get("versions").intValue()).isEqualTo(6);
        for (String number : List.of(
                "seconds",
                "meanAccuracy",
                "maxErrorOverClip",
                "bytesPerParameter",
                "bytesPerUpdate",
                "parametersPerSecond")) {
            assertThat(json.get(number).isNumber()).as(number).isTrue();
        }
        for (String centre : List.of("cleveland", "hungarian", "switzerland", "va")) {
            assertThat(json.get("accuracy").get(centre).isNumber()).as(centre).isTrue();
        }
        for (String count : List.of("submitted", "accepted", "inVersions", "ended", "lost", "twice")) {
            assertThat(json.get("updates").get(count).isIntegralNumber())
                    .as(count)
                    .isTrue();
        }
        assertThat(json.get("rejectionsByReason").get("BAD_SIGNATURE").longValue())
                .isEqualTo(2);
        assertThat(RunSummary.read(file)).isEqualTo(run);
    }

    @Test
    void syntheticRunsKeepTheFieldsWithoutAccuracies() throws IOException {
        RunSummary run = SampleRun.of(3, false);
        Path file = directory.resolve("summary.json");
        run.write(file);
        JsonNode json = JsonMapper.builder().build().readTree(file.toFile());
        assertThat(json.get("accuracy").isEmpty()).isTrue();
        assertThat(json.get("meanAccuracy").isNull()).isTrue();
        assertThat(RunSummary.read(file)).isEqualTo(run);
        assertThat(TerminalTable.accuracy(run)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, true", "3, false", "20, true", "150, true"})
    void reportIsOneWellFormedFileWithoutReferences(int versions, boolean learned) throws Exception {
        RunSummary run = SampleRun.of(versions, learned);
        Path file = directory.resolve("report.html");
        Report.write(run, file);
        String html = Files.readString(file);
        assertThat(html)
                .doesNotContain("http", "//", "<script", "<link", "<img", "url(", "@import", " src=", " href=")
                .doesNotContainPattern(NUMBER);
        assertThat(html).contains("prefers-color-scheme: dark");
        int plots = learned ? 5 : 4;
        assertThat(html.split("<svg ", -1)).hasSize(plots + 1);
        String body = html.substring(html.indexOf("<body>"), html.indexOf("</html>"));
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void reportShowsTheRunsFigures() {
        RunSummary run = SampleRun.of(8, true);
        String html = Report.html(run);
        assertThat(html)
                .contains("31k", "bytes an update (56 of float32)")
                .contains("24 of 26", "refused, BAD_SIGNATURE", "MASK-2048-32")
                .contains("published FedYogi")
                .contains(AccuracyTable.cell(run.meanAccuracy()));
        for (VersionSummary version : run.timeline()) {
            for (VersionSummary.Member member : version.cohort()) {
                assertThat(html)
                        .contains(member.hospital() + " in version " + version.version() + ", staleness "
                                + member.staleness());
            }
        }
    }

    @Test
    void textIsEscaped() {
        assertThat(Svg.escape("<a href=\"x\">&</a>")).isEqualTo("&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;");
    }

    @Test
    void labelsNeverOverlapAndStayInside() {
        Plot plot = new Plot(1, 10, 100, 400, "labels");
        List<Double> wanted = List.of(100.0, 100.5, 101.0, 353.0, 354.0, 12.0, 13.0);
        double[] places = plot.spread(wanted, 17);
        for (int i = 0; i < places.length; i++) {
            assertThat(places[i]).isBetween(Plot.TOP, plot.bottom);
            for (int j = 0; j < i; j++) {
                assertThat(Math.abs(places[i] - places[j])).isGreaterThanOrEqualTo(16.99);
            }
        }
        assertThat(places[1]).isEqualTo(100.5);
    }

    @Test
    void aRunWithoutVersionsHasNoReport() {
        RunSummary run = SampleRun.of(1, true);
        RunSummary empty = new RunSummary(
                0,
                0,
                run.accuracy(),
                run.meanAccuracy(),
                0,
                4,
                30_000,
                run.updates(),
                run.rejectionsByReason(),
                0,
                run.initialAccuracy(),
                List.of(),
                List.of(),
                List.of(),
                "",
                run.settings());
        assertThatThrownBy(() -> Report.html(empty)).hasMessageContaining("without a version");
    }
}
