package org.silofold.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import org.silofold.demo.report.StepSeconds;
import org.silofold.demo.report.VersionSummary;
import org.silofold.demo.train.Submissions;
import org.silofold.demo.train.Submitted;
import org.silofold.demo.watch.Facts;
import org.silofold.demo.watch.Published;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateRef;

/** Turns a published version and what the log says of its cohort into a line of the run's timeline. */
final class Timeline {
    private final Submissions submissions;
    private final Facts facts;
    private final int threshold;
    private final long parameters;
    private final long startMillis;
    private long previousMillis;

    /**
     * @param threshold t of the committee
     * @param parameters of the model
     */
    Timeline(Submissions submissions, Facts facts, int threshold, long parameters, long startMillis) {
        this.submissions = submissions;
        this.facts = facts;
        this.threshold = threshold;
        this.parameters = parameters;
        this.startMillis = startMillis;
        this.previousMillis = startMillis;
    }

    /**
     * The next version.
     *
     * @param accuracy by hospital; empty for synthetic parameters
     * @param loss mean held-out loss; null for synthetic parameters
     */
    VersionSummary next(Published published, Map<String, Double> accuracy, Double loss, double errorOverClip) {
        List<VersionSummary.Member> members = new ArrayList<>();
        List<Submitted> cohort = new ArrayList<>();
        for (UpdateRef ref : published.manifest().cohort()) {
            members.add(new VersionSummary.Member(
                    ref.silo(),
                    facts.manifest(ref.updateId()).orElseThrow().core().tau()));
            submissions.get(ref.updateId()).ifPresent(cohort::add);
        }
        double seconds = Math.max(1e-3, (published.seenMillis() - previousMillis) / 1e3);
        previousMillis = published.seenMillis();
        return new VersionSummary(
                Math.toIntExact(published.manifest().version()),
                (published.seenMillis() - startMillis) / 1e3,
                members,
                new LinkedHashMap<>(accuracy),
                loss,
                errorOverClip,
                steps(published, cohort),
                cohort.size() / seconds,
                cohort.size() * (double) parameters / seconds);
    }

    private StepSeconds steps(Published published, List<Submitted> cohort) {
        OptionalLong request = facts.requestTime(published.cohortDigest());
        OptionalLong voted = facts.voteTime(published.cohortDigest(), threshold);
        OptionalLong answered = facts.responseTime(published.cohortDigest(), threshold);
        return new StepSeconds(
                mean(cohort, Submitted::trainSeconds),
                mean(cohort, Submitted::submitSeconds),
                mean(
                        cohort,
                        update -> between(
                                OptionalLong.of(update.submittedMillis()),
                                facts.fateTime(update.updateId(), UpdateFate.Kind.ACCEPTED))),
                mean(cohort, update -> between(facts.fateTime(update.updateId(), UpdateFate.Kind.ACCEPTED), request)),
                between(request, voted),
                between(voted, answered),
                between(answered, OptionalLong.of(published.seenMillis())));
    }

    /** Seconds from one time to the other; 0 where one is not known or the clock's grain turns them round. */
    private static double between(OptionalLong from, OptionalLong to) {
        return from.isEmpty() || to.isEmpty() ? 0 : Math.max(0, (to.getAsLong() - from.getAsLong()) / 1e3);
    }

    private static double mean(List<Submitted> cohort, ToDoubleFunction<Submitted> value) {
        return cohort.stream().mapToDouble(value).average().orElse(0);
    }
}
