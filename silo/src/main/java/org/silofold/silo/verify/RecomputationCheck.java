package org.silofold.silo.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;
import org.silofold.silo.auditor.LogIndex;
import org.silofold.silo.auditor.MissingRecordException;

/** Whether every version comes out again, bit for bit, from the updates that are in it (docs/protocol.md, section 8). */
final class RecomputationCheck {
    private static final Set<TopicKind> NEEDED = EnumSet.of(
            TopicKind.UPDATES, TopicKind.MANIFESTS, TopicKind.VOTES, TopicKind.RESPONSES, TopicKind.INITIAL_MODELS);

    private RecomputationCheck() {}

    /**
     * What was found.
     *
     * @param findings what is wrong, and what cannot be made again; a model ends with its first
     * @param made versions that came out again, by model
     */
    record Result(List<Finding> findings, SortedMap<String, Long> made) {}

    static Result check(Topics topics, Gaps gaps, VersionChains chains, LogIndex.Recomputation recomputation)
            throws IOException {
        List<Finding> findings = new ArrayList<>();
        SortedMap<String, Long> made = new TreeMap<>();
        for (String model : chains.models()) {
            long next = 0;
            try {
                while (recomputation.next(model).isPresent()) {
                    next++;
                }
                if (next < chains.versions(model).size()) {
                    findings.add(Finding.notChecked(
                            Optional.empty(), model + ": versions from " + next + " on cannot be made again"));
                }
            } catch (RejectedException e) {
                LogFacts.Manifest at = chains.manifest(model, next).orElseThrow();
                findings.add(Finding.wrong(
                        Finding.Kind.WRONG_STEP, at.at(), CohortCheck.name(at.manifest()) + e.getMessage()));
                rest(findings, chains, model, next);
            } catch (MissingRecordException e) {
                LogFacts.Manifest at = chains.manifest(model, next).orElseThrow();
                findings.add(CohortCheck.missing(Finding.Kind.WRONG_STEP, at, lost(topics, gaps), e));
                rest(findings, chains, model, next);
            }
            made.put(model, next);
        }
        return new Result(findings, made);
    }

    /** Whether something is missing of what a version is made from. */
    private static boolean lost(Topics topics, Gaps gaps) {
        return Stream.concat(gaps.gone().stream(), gaps.absent().stream())
                .flatMap(topic -> topics.parse(topic).stream())
                .anyMatch(topic -> NEEDED.contains(topic.kind()));
    }

    private static void rest(List<Finding> findings, VersionChains chains, String model, long stopped) {
        long last = chains.versions(model).lastKey();
        if (last > stopped) {
            findings.add(Finding.notChecked(
                    Optional.empty(),
                    model + ": versions " + (stopped + 1) + " to " + last + " were not made again, they build on "
                            + stopped));
        }
    }
}
