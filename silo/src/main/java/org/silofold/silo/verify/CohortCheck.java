package org.silofold.silo.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;
import org.silofold.silo.auditor.AuditTerms;
import org.silofold.silo.auditor.CohortLog;
import org.silofold.silo.auditor.MissingRecordException;
import org.silofold.silo.auditor.VersionAudit;

/**
 * What an auditor checks of each opened version without a key: the documents that it names, the votes for its cohort, the rules that the
 * cohort keeps, and the answers that give its secret sum (docs/protocol.md, 8.1). Pure but for what it reads through the log.
 */
final class CohortCheck {
    private final Topics topics;
    private final Gaps gaps;
    private final VersionChains chains;
    private final RegistryHistory registry;
    private final CohortLog log;
    private final List<Finding> findings = new ArrayList<>();

    private CohortCheck(Topics topics, Gaps gaps, VersionChains chains, RegistryHistory registry, CohortLog log) {
        this.topics = topics;
        this.gaps = gaps;
        this.chains = chains;
        this.registry = registry;
        this.log = log;
    }

    static List<Finding> check(
            Topics topics, Gaps gaps, VersionChains chains, RegistryHistory registry, CohortLog log) {
        CohortCheck check = new CohortCheck(topics, gaps, chains, registry, log);
        for (String model : chains.models()) {
            chains.versions(model).values().stream()
                    .filter(manifest -> !manifest.manifest().cohort().isEmpty())
                    .forEach(manifest -> check.version(model, manifest));
        }
        return check.findings;
    }

    private void version(String model, LogFacts.Manifest located) {
        ModelManifest manifest = located.manifest();
        try {
            AuditTerms terms = AuditTerms.of(registry, manifest.context());
            VersionAudit audit = new VersionAudit("", terms, registry, log);
            // Whether it follows the version before it is the chain's own check.
            Digest previous = manifest.previousDigest();
            List<String> silos =
                    manifest.cohort().stream().map(ref -> ref.silo()).toList();
            List<String> members = terms.roster().committee();
            step(Finding.Kind.WRONG_TERMS, located, false, () -> audit.checkTerms(manifest, previous));
            step(
                    Finding.Kind.NO_CERTIFICATE,
                    located,
                    isIncomplete(TopicKind.VOTES, members),
                    () -> audit.checkVotes(manifest));
            step(
                    Finding.Kind.WRONG_COHORT,
                    located,
                    isIncomplete(TopicKind.MANIFESTS, silos),
                    () -> audit.checkCohort(manifest, chains.book(model)));
            step(
                    Finding.Kind.NO_SECRET_SUM,
                    located,
                    isIncomplete(TopicKind.RESPONSES, members),
                    () -> audit.checkAnswers(manifest));
        } catch (MissingRecordException e) {
            findings.add(Finding.notChecked(Optional.of(located.at()), name(manifest) + e.getMessage()));
        } catch (RejectedException e) {
            findings.add(Finding.wrong(Finding.Kind.WRONG_TERMS, located.at(), name(manifest) + e.getMessage()));
        }
    }

    private void step(Finding.Kind kind, LogFacts.Manifest located, boolean gap, Runnable check) {
        try {
            check.run();
        } catch (RejectedException e) {
            findings.add(Finding.wrong(kind, located.at(), name(located.manifest()) + e.getMessage()));
        } catch (MissingRecordException e) {
            findings.add(missing(kind, located, gap, e));
        }
    }

    /**
     * What a record that is not there means.
     *
     * @param gap whether it may have been there
     */
    static Finding missing(Finding.Kind kind, LogFacts.Manifest located, boolean gap, MissingRecordException e) {
        String what = name(located.manifest()) + "it needs " + e.getMessage();
        return e.kind() == MissingRecordException.Kind.NOT_SEEN && !gap
                ? Finding.wrong(kind, located.at(), what)
                : Finding.notChecked(Optional.of(located.at()), what);
    }

    static String name(ModelManifest manifest) {
        return manifest.context().model() + " version " + manifest.version() + ": ";
    }

    /** Whether something of these parties' topics is missing, or they may have signed it with a key that is not known any more. */
    private boolean isIncomplete(TopicKind kind, Collection<String> parties) {
        return registry.hasForgotten(parties)
                || gaps.anyOf(
                        parties.stream().map(party -> topics.name(kind, party)).toList());
    }
}
