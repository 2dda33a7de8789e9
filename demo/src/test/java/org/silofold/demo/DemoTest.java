package org.silofold.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.demo.heart.FederationSettings;
import org.silofold.demo.report.RunSummary;
import org.silofold.demo.report.VersionSummary;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.params.ParameterSet;
import picocli.CommandLine;

/** The demo as a newcomer runs it, short: a real broker, a real cluster, four agents; what every run must show, failures or not. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class DemoTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path out;

    private final StringWriter said = new StringWriter();
    private final StringWriter complained = new StringWriter();

    private int silofold(String... arguments) {
        CommandLine silofold = Silofold.commandLine();
        silofold.setOut(new PrintWriter(said));
        silofold.setErr(new PrintWriter(complained));
        return silofold.execute(arguments);
    }

    private String[] arguments(String... options) {
        List<String> arguments = new ArrayList<>(List.of("demo", "--out", out.toString(), "--pace", "0.1"));
        arguments.addAll(List.of(options));
        return arguments.toArray(String[]::new);
    }

    private RunSummary demo(String... options) throws IOException {
        int code = silofold(arguments(options));
        assertThat(code).as(said + "\n" + complained).isZero();
        assertThat(complained.toString()).isEmpty();
        return RunSummary.read(out.resolve("summary.json"));
    }

    private void holds(RunSummary run, int versions) throws IOException {
        assertThat(run.versions()).isEqualTo(versions);
        assertThat(run.timeline().stream().map(VersionSummary::version))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, versions).boxed().toList());
        assertThat(run.maxErrorOverClip()).isPositive().isLessThan(RunSummary.ERROR_BOUND);
        assertThat(RunSummary.ERROR_BOUND).isEqualTo(Math.pow(2, -18));
        // Measured: the words of every shard that was opened, by the words its blocks hold.
        assertThat(run.bytesPerParameter()).isEqualTo(4);
        long blocks = (run.settings().parameters() + 2047) / 2048;
        double words = 4.0 * 2048 * blocks;
        double meta = 4.0 * MetaLayout.words(ParameterSet.MASK_2048_32);
        assertThat(run.bytesPerUpdate()).isBetween(words + meta + 12_000, words * 1.01 + meta + 52_000);
        assertThat(run.updates().lost()).as("lost").isZero();
        assertThat(run.updates().twice()).as("twice").isZero();
        assertThat(run.updates().inVersions())
                .isGreaterThanOrEqualTo((long) versions * FederationSettings.MIN_COHORT)
                .isLessThanOrEqualTo(run.updates().accepted());
        assertThat(run.updates().accepted()).isLessThanOrEqualTo(run.updates().submitted());
        assertThat(run.rejectionsByReason()).isEmpty();
        for (VersionSummary version : run.timeline()) {
            assertThat(version.cohort())
                    .hasSizeGreaterThanOrEqualTo(FederationSettings.MIN_COHORT)
                    .doesNotHaveDuplicates();
        }
        String report = Files.readString(out.resolve("report.html"));
        assertThat(report)
                .contains("<svg")
                .doesNotContain("<script src", "<link", "<img", "@import", "url(")
                .doesNotContainPattern("(src|href)\\s*=\\s*[\"'](?!#)");
    }

    @Test
    void fourHospitalsTrainOneModel() throws IOException {
        RunSummary run = demo("--versions", "4");
        holds(run, 4);
        assertThat(run.updates().inVersions()).isGreaterThanOrEqualTo(12);
        assertThat(run.accuracy()).containsOnlyKeys("cleveland", "hungarian", "switzerland", "va");
        assertThat(run.accuracy().values())
                .allSatisfy(accuracy -> assertThat(accuracy).isBetween(0.0, 1.0));
        assertThat(said.toString())
                .contains("http://127.0.0.1:", "version 0 is out", "largest error of an opened mean");
    }

    @Test
    void aKilledTaskManagerLosesNothing() throws Exception {
        FutureTask<Integer> run = new FutureTask<>(
                () -> silofold(arguments("--versions", "4", "--kill-task-manager-after", "2", "--keep")));
        Thread thread = new Thread(run, "demo-run");
        thread.start();
        try {
            while (!said.toString().contains("everything stays up")) {
                assertThat(run.isDone()).as(said + "\n" + complained).isFalse();
                thread.join(100);
            }
            assertThat(said.toString()).contains("killing Flink's task manager");
            assertThat(checkpoints().at("/counts/restored").intValue())
                    .as("restarts from a checkpoint")
                    .isPositive();
            holds(RunSummary.read(out.resolve("summary.json")), 4);
        } finally {
            thread.interrupt();
            thread.join();
        }
    }

    @Test
    void anAuditorCountersignsWhatTheHospitalsTrainOn() throws IOException {
        holds(demo("--versions", "2", "--auditor"), 2);
        assertThat(said.toString())
                .contains("the auditor made every version again from the log and countersigned 0 to ");
    }

    /** What Flink's own web interface says of the job's checkpoints. */
    private JsonNode checkpoints() throws IOException {
        Matcher address = Pattern.compile("http://127\\.0\\.0\\.1:[0-9]+").matcher(said.toString());
        assertThat(address.find()).as("web interface is told").isTrue();
        JsonNode jobs = get(address.group() + "/jobs");
        assertThat(jobs.get("jobs")).hasSize(1);
        String job = jobs.at("/jobs/0/id").asText();
        return get(address.group() + "/jobs/" + job + "/checkpoints");
    }

    private static JsonNode get(String url) throws IOException {
        try (InputStream answer = URI.create(url).toURL().openStream()) {
            return JSON.readTree(answer);
        }
    }

    @Test
    void aLargerModelGoesInShards() throws IOException {
        RunSummary run = demo("--versions", "2", "--parameters", "300000");
        holds(run, 2);
        assertThat(run.accuracy()).isEmpty();
        assertThat(run.meanAccuracy()).isNull();
        assertThat(run.settings().parameters()).isEqualTo(300_000);
    }

    @Test
    void nonsenseIsRefusedBeforeAnythingStarts() {
        assertThat(silofold("demo", "--out", out.toString(), "--buffer", "2")).isEqualTo(2);
        assertThat(silofold("demo", "--out", out.toString(), "--optimizer", "sgd"))
                .isEqualTo(2);
        assertThat(silofold("demo", "--out", out.toString(), "--versions", "0")).isEqualTo(2);
        assertThat(complained.toString())
                .contains("--buffer must be 3 or 4", "--optimizer must be", "--versions must be from 1")
                .doesNotContain("\tat ");
        assertThat(out).isEmptyDirectory();
    }
}
