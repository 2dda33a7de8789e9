package org.silofold.demo.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.silofold.demo.heart.Aggregation;
import org.silofold.demo.heart.Evaluation;
import org.silofold.demo.heart.FederatedReference;
import org.silofold.demo.heart.FederationSettings;
import org.silofold.demo.heart.HeartDisease;
import org.silofold.demo.heart.Hospital;
import org.silofold.demo.heart.LogisticRegression;
import org.silofold.demo.heart.Published;
import org.silofold.demo.heart.ReferenceVersion;
import org.silofold.demo.report.RunSummary.Updates;
import org.silofold.demo.report.VersionSummary.Member;
import org.silofold.protocol.optimize.OptimizerKind;

/** A summary to test the report with: accuracies and cohorts of the plain simulation, drawn times and errors. */
final class SampleRun {
    private SampleRun() {}

    /** Writes the report of {@code args[1]} versions to the directory {@code args[0]}, for looking at it. */
    public static void main(String[] args) throws Exception {
        Path directory = Files.createDirectories(Path.of(args[0]));
        RunSummary run = of(Integer.parseInt(args[1]), args.length < 3);
        Report.write(run, directory.resolve("report.html"));
        run.write(directory.resolve("summary.json"));
        TerminalTable.accuracy(run).forEach(System.out::println);
        TerminalLines lines = new TerminalLines(false);
        run.timeline().forEach(version -> System.out.println(lines.version(version)));
        System.out.println(lines.progress(7, 20, "training"));
    }

    static RunSummary of(int versions, boolean learned) {
        HeartDisease data = HeartDisease.load();
        FederationSettings settings =
                FederationSettings.defaults(OptimizerKind.FEDYOGI, 42).withVersions(versions);
        List<ReferenceVersion> run = FederatedReference.run(data, settings, Aggregation.plain());
        SplittableRandom random = new SplittableRandom(1);
        List<VersionSummary> timeline = new ArrayList<>();
        for (ReferenceVersion version : run.subList(1, run.size())) {
            List<Member> cohort = version.cohort().stream()
                    .map(each -> new Member(each.hospital().id(), each.staleness()))
                    .toList();
            StepSeconds steps = new StepSeconds(
                    0.5 + random.nextDouble(),
                    0.08,
                    0.3 + 0.2 * random.nextDouble(),
                    random.nextDouble(),
                    0.9,
                    0.35,
                    0.8);
            double loss = version.test().values().stream()
                    .mapToDouble(Evaluation::loss)
                    .average()
                    .orElseThrow();
            timeline.add(new VersionSummary(
                    version.version(),
                    version.time(),
                    cohort,
                    learned ? HeartMethods.accuracy(data, version.parameters()) : Map.of(),
                    learned ? loss : null,
                    0x1p-22 * (0.5 + random.nextDouble()),
                    steps,
                    1.5,
                    21 + random.nextDouble()));
        }
        float[] last = run.get(versions).parameters();
        Map<String, Long> rejections = new LinkedHashMap<>();
        rejections.put("BAD_SIGNATURE", 2L);
        Map<String, Double> pace = new LinkedHashMap<>();
        for (Hospital hospital : Hospital.values()) {
            pace.put(hospital.id(), settings.pace().get(hospital) / 2);
        }
        return new RunSummary(
                versions,
                run.get(versions).time(),
                learned ? HeartMethods.accuracy(data, last) : Map.of(),
                learned ? run.get(versions).meanAccuracy() : null,
                timeline.stream()
                        .mapToDouble(VersionSummary::errorOverClip)
                        .max()
                        .orElseThrow(),
                4,
                31_000.5,
                new Updates(3L * versions + 2, 3L * versions + 1, 3L * versions, 1, 0, 0),
                rejections,
                21.5,
                learned ? HeartMethods.accuracy(data, LogisticRegression.initialise(42)) : Map.of(),
                timeline,
                learned ? HeartMethods.baselines(data, 42) : List.of(),
                learned ? HeartMethods.published() : List.of(),
                Published.SOURCE,
                new RunSettings(
                        "FedYogi",
                        0.01,
                        0.003162,
                        0.5,
                        3,
                        3,
                        0.5,
                        40,
                        100,
                        4,
                        14,
                        42,
                        4,
                        3,
                        "MASK-2048-32",
                        "ML-KEM-768 + ML-DSA-65 + AES-256-GCM",
                        pace));
    }
}
