package org.silofold.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.silofold.demo.heart.FederationSettings;
import org.silofold.demo.heart.HeartDisease;
import org.silofold.demo.heart.Hospital;
import org.silofold.demo.heart.LocalTrainer;
import org.silofold.demo.heart.TrainingProfile;
import org.silofold.demo.report.HeartMethods;
import org.silofold.demo.report.Method;
import org.silofold.demo.report.Report;
import org.silofold.demo.report.RunSettings;
import org.silofold.demo.report.RunSummary;
import org.silofold.demo.report.TerminalTable;
import org.silofold.demo.report.VersionSummary;
import org.silofold.demo.watch.WireSize;
import org.silofold.protocol.optimize.OptimizerKind;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.registry.Policy;

/** Writes a finished run down: the table on the terminal, {@code summary.json} and {@code report.html}. */
record DemoResult(DemoOptions options, TrainingProfile profile, Policy policy, HeartDisease data, long parameters) {
    private static final String SOURCE =
            "FLamby Fed-Heart-Disease, mean over seeds 42..46; see heart-disease/ATTRIBUTION.md";

    void write(
            PrintWriter out,
            double seconds,
            Map<String, Double> initial,
            List<VersionSummary> versions,
            WireSize wire,
            RunSummary.Updates updates,
            Map<String, Long> rejections,
            long folded)
            throws IOException {
        Map<String, Double> accuracy = versions.get(versions.size() - 1).accuracy();
        List<Method> baselines = options.synthetic() ? List.of() : HeartMethods.baselines(data, options.seed());
        RunSummary summary = new RunSummary(
                versions.size(),
                seconds,
                accuracy,
                accuracy.isEmpty()
                        ? null
                        : accuracy.values().stream()
                                .mapToDouble(Double::doubleValue)
                                .average()
                                .orElseThrow(),
                versions.stream()
                        .mapToDouble(VersionSummary::errorOverClip)
                        .max()
                        .orElse(0),
                wire.bytesPerParameter(),
                wire.bytesPerUpdate(),
                updates,
                rejections,
                folded * (double) parameters / seconds,
                initial,
                versions,
                baselines,
                options.synthetic() ? List.of() : HeartMethods.published(),
                SOURCE,
                settings());
        Path json = options.out().resolve("summary.json");
        Path html = options.out().resolve("report.html");
        summary.write(json);
        Report.write(summary, html);
        out.println();
        if (!options.synthetic()) {
            TerminalTable.accuracy(summary).forEach(out::println);
            out.println();
        }
        out.printf(
                java.util.Locale.ROOT,
                "%d versions in %.1f s, %.0f masked parameters a second; largest error of an opened mean %.2e of the clip"
                        + " (bound %.2e)%n",
                summary.versions(),
                seconds,
                summary.parametersPerSecond(),
                summary.maxErrorOverClip(),
                RunSummary.ERROR_BOUND);
        out.println("updates: " + updates.submitted() + " submitted, " + updates.accepted() + " accepted, "
                + updates.inVersions() + " in versions, " + updates.ended() + " ended with a reason, " + updates.lost()
                + " lost, " + updates.twice() + " twice; rejections " + rejections);
        out.println("wrote " + json + " and " + html);
        out.flush();
    }

    private RunSettings settings() {
        int members = Hospital.values().length;
        Map<String, Double> pace = new LinkedHashMap<>();
        FederationSettings.defaultPace()
                .forEach((hospital, factor) -> pace.put(hospital.id(), factor * options.paceSeconds()));
        return new RunSettings(
                title(options.optimizer()),
                profile.server().learningRate(),
                profile.clientLearningRate(),
                profile.clip(),
                options.buffer(),
                policy.minCohort(),
                policy.stalenessExponent(),
                policy.examplesCap(),
                LocalTrainer.STEPS,
                LocalTrainer.BATCH,
                parameters,
                options.seed(),
                members,
                new CommitteeSize(members).threshold(),
                policy.parameterSet(),
                policy.suites().get(0),
                pace);
    }

    private static String title(OptimizerKind kind) {
        return switch (kind) {
            case FEDAVG -> "FedAvg";
            case FEDAVGM -> "FedAvgM";
            case FEDADAGRAD -> "FedAdagrad";
            case FEDADAM -> "FedAdam";
            case FEDYOGI -> "FedYogi";
        };
    }
}
