package org.silofold.silo.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.registry.Roster;
import org.silofold.schemas.Topics;
import org.silofold.silo.auditor.CohortAudit;
import org.silofold.silo.auditor.CohortLog;
import org.silofold.silo.auditor.Verifier;

/**
 * Whether every version's cohort was requested, one cohort a version and attempt, and no two certified cohorts share an update
 * (docs/protocol.md, 6.2 to 6.4), published or not. Pure but for what it reads through the log.
 */
final class RequestCheck {
    private final LogFacts facts;
    private final Topics topics;
    private final RegistryHistory registry;
    private final CohortLog log;
    private final Map<Digest, LogFacts.Request> cohorts = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    /** A place that has one cohort. */
    private record Attempt(String model, Buffer buffer) {}

    private RequestCheck(LogFacts facts, Topics topics, RegistryHistory registry, CohortLog log) {
        this.facts = facts;
        this.topics = topics;
        this.registry = registry;
        this.log = log;
        facts.requests().forEach(request -> cohorts.putIfAbsent(request.cohort(), request));
    }

    static List<Finding> check(
            LogFacts facts, Topics topics, VersionChains chains, RegistryHistory registry, CohortLog log) {
        RequestCheck check = new RequestCheck(facts, topics, registry, log);
        check.oneCohortAnAttempt();
        for (String model : chains.models()) {
            chains.versions(model).values().forEach(check::requested);
        }
        check.disjoint();
        return check.findings;
    }

    private void oneCohortAnAttempt() {
        Map<Attempt, LogFacts.Request> first = new HashMap<>();
        for (LogFacts.Request request : cohorts.values()) {
            Attempt attempt = new Attempt(
                    request.request().context().model(), request.request().buffer());
            LogFacts.Request other = first.putIfAbsent(attempt, request);
            if (other != null) {
                findings.add(Finding.wrong(
                        Finding.Kind.TWO_REQUESTS,
                        request.at(),
                        attempt.model() + " version " + attempt.buffer().version() + " attempt "
                                + attempt.buffer().attempt() + " has this cohort and another at " + other.at()));
            }
        }
    }

    private void requested(LogFacts.Manifest manifest) {
        if (manifest.manifest().cohort().isEmpty() || cohorts.containsKey(CohortAudit.digest(manifest.manifest()))) {
            return;
        }
        String what = CohortCheck.name(manifest.manifest()) + "no request for its cohort is in the log";
        findings.add(
                facts.gaps().of(topics.unmaskRequests())
                        ? Finding.notChecked(Optional.of(manifest.at()), what)
                        : Finding.wrong(Finding.Kind.NO_REQUEST, manifest.at(), what));
    }

    private void disjoint() {
        Map<UpdateLedger.Key, LogFacts.Request> held = new HashMap<>();
        for (LogFacts.Request request : cohorts.values()) {
            if (!isCertified(request)) {
                continue;
            }
            Map<LogFacts.Request, Set<String>> shared = request.request().cohort().stream()
                    .filter(ref -> held.containsKey(UpdateLedger.Key.of(ref)))
                    .collect(Collectors.groupingBy(
                            ref -> held.get(UpdateLedger.Key.of(ref)),
                            LinkedHashMap::new,
                            Collectors.mapping(UpdateRef::silo, Collectors.toSet())));
            shared.forEach((other, silos) -> findings.add(Finding.wrong(
                    Finding.Kind.COHORTS_OVERLAP,
                    request.at(),
                    "t members voted for this cohort and for that at " + other.at() + ", which share updates of "
                            + silos)));
            request.request().cohort().forEach(ref -> held.putIfAbsent(UpdateLedger.Key.of(ref), request));
        }
    }

    private boolean isCertified(LogFacts.Request request) {
        Context context = request.request().context();
        Roster roster = registry.rosters().get(context.rosterDigest());
        if (roster == null) {
            unknown(request, "the registry has not shown the roster of epoch " + context.rosterEpoch());
            return false;
        }
        int threshold = new CommitteeSize(roster.committee().size()).threshold();
        CohortAudit.Votes votes = CohortAudit.votes(
                roster, context, request.request().buffer(), request.cohort(), new Verifier(registry), log);
        int voters = votes.voters().size();
        if (voters < threshold && voters + votes.doubtful().size() >= threshold) {
            unknown(request, "votes of " + votes.doubtful() + " do not verify here, or are several things");
        } else if (voters < threshold
                && facts.gaps()
                        .anyOf(roster.committee().stream().map(topics::votes).toList())) {
            unknown(request, "votes are older than what the log keeps");
        }
        return voters >= threshold;
    }

    private void unknown(LogFacts.Request request, String why) {
        findings.add(Finding.notChecked(Optional.of(request.at()), "whether its cohort is certified: " + why));
    }
}
