package org.silofold.silo.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.silofold.schemas.Topics;
import org.silofold.silo.agent.ModelChain;
import org.silofold.silo.auditor.CohortLog;
import org.silofold.silo.auditor.LogIndex;

/** All checks of a federation's history, from what was read of its log to a report. */
public final class HistoryCheck {
    private HistoryCheck() {}

    /** What an update that is in no version and has not ended means. */
    public enum Mode {
        /** It may still join one: it is counted. */
        RUNNING,
        /** Nothing goes on any more: it is a finding. */
        SETTLED
    }

    /** How updates are opened, so that versions can be made again. */
    interface Opening {
        /** Whose key opens them. */
        String by();

        /** Makes the versions of a chain again. */
        LogIndex.Recomputation recomputation(ModelChain chain);
    }

    static Report check(
            LogFacts facts,
            Topics topics,
            RegistryHistory registry,
            CohortLog log,
            Optional<Opening> opening,
            Mode mode)
            throws IOException {
        Set<Finding> nobody = registry.aggregators().isEmpty()
                ? Set.of(Finding.notChecked(Optional.empty(), "the registry names no aggregator: nothing else counts"))
                : Set.of();
        VersionChains chains = new VersionChains(facts.manifests());
        List<Finding> findings = new ArrayList<>(facts.findings());
        findings.addAll(nobody);
        findings.addAll(chains.findings());
        findings.addAll(ChainCheck.check(chains, registry));
        findings.addAll(RequestCheck.check(facts, topics, chains, registry, log));
        findings.addAll(CohortCheck.check(topics, facts.gaps(), chains, registry, log));
        findings.addAll(ModelShardsCheck.check(facts.shards(), chains, mode));
        SortedMap<String, Long> made = new TreeMap<>();
        List<ModelSummary> models = new ArrayList<>();
        List<UpdateCheck.Result> updates = new ArrayList<>();
        if (opening.isPresent()) {
            RecomputationCheck.Result result = RecomputationCheck.check(
                    topics, facts.gaps(), chains, opening.get().recomputation(chains));
            findings.addAll(result.findings());
            made.putAll(result.made());
        }
        for (String model : models(facts, chains)) {
            UpdateCheck.Result result = UpdateCheck.check(facts, topics, registry, model, chains, mode);
            updates.add(result);
            models.add(ModelSummary.of(model, chains, made.getOrDefault(model, 0L), result));
        }
        updates.forEach(result -> findings.addAll(result.findings()));
        facts.gaps()
                .gone()
                .forEach(topic -> findings.add(Finding.notChecked(
                        Optional.empty(), "records of " + topic + " are older than what the log keeps")));
        facts.gaps()
                .absent()
                .forEach(topic -> findings.add(
                        Finding.notChecked(Optional.empty(), topic + " is not there, or may not be read")));
        return new Report(findings, models, facts.rejections(), facts.unverified(), opening.map(Opening::by));
    }

    private static SortedSet<String> models(LogFacts facts, VersionChains chains) {
        SortedSet<String> models = new TreeSet<>(chains.models());
        facts.updates().forEach(update -> models.add(update.model()));
        return models;
    }
}
