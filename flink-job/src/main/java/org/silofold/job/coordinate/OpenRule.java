package org.silofold.job.coordinate;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.Terms;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.privacy.ModelPrivacy;

/** What follows once a cohort is opened, and how version 0 begins: the fold makes the shards, publish makes the manifest. */
final class OpenRule {
    private OpenRule() {}

    static void opened(Step step, Certified certified, Opening opening) {
        Proposal proposal = certified.proposal();
        Terms terms = proposal.terms();
        long version = proposal.buffer().version();
        Optional<ModelPrivacy> privacy = terms.modelPrivacy();
        int size = proposal.cohort().size();
        double divisor = privacy.map(asked -> asked.encoding().sumOfWeights(size))
                .orElse(opening.meta().sumOfWeights());
        Optional<LogBook.LoggedManifest> logged =
                Optional.ofNullable(step.state().log().manifests().get(version));
        Optional<StartId> confirmation = logged.map(manifest -> Confirmation.of(step.state(), version));
        step.fold(new FoldCommand.Open(
                proposal.accumulator(),
                version,
                proposal.buffer().attempt(),
                version - 1,
                opening.secretSum(),
                divisor,
                size,
                terms));
        step.publish(new PublishCommand(
                terms.context().withPurpose(Purpose.MODEL_MANIFEST),
                version,
                proposal.previousDigest(),
                proposal.buffer().attempt(),
                proposal.cohort(),
                ManifestRules.shards(terms.parameterSet(), terms.parameterCount()),
                terms.modelSpecDigest(),
                divisor,
                opening.meta().metrics(),
                terms.optimizer(),
                Digest.sha256(Words.toBytes(opening.secretSum())),
                privacy.map(asked -> asked.spentBy(version, step.state().voids().spent())),
                Optional.empty(),
                logged.map(LogBook.LoggedManifest::shardsRoot),
                logged.map(LogBook.LoggedManifest::digest),
                confirmation));
        SortedSet<String> owing =
                new TreeSet<>(logged.isPresent() ? List.of() : Standing.owing(step.state(), certified));
        SortedSet<String> wrong = new TreeSet<>();
        opening.wrong().forEach(point -> wrong.add(terms.committee().get(point - 1)));
        step.state()
                .setInFlight(Optional.of(new Publishing(
                        version,
                        proposal.buffer().attempt(),
                        OptionalLong.of(proposal.accumulator()),
                        proposal.cohort(),
                        proposal.digest(),
                        owing,
                        wrong,
                        confirmation)));
        step.audit(
                AuditEvents.COHORT_OPENED,
                CloseRule.details(
                        proposal, "sumOfWeights", Double.toString(opening.meta().sumOfWeights())));
    }

    /** Has version 0 published from the authority's shards, once; whether this was that time. */
    static boolean initial(Step step) {
        CoordinatorState state = step.state();
        if (state.publishedVersion().isPresent() || state.inFlight().isPresent()) {
            return false;
        }
        Terms terms = Terms.of(step.registry());
        Optional<LogBook.LoggedManifest> logged =
                Optional.ofNullable(state.log().manifests().get(0L));
        Optional<StartId> confirmation = logged.map(manifest -> Confirmation.of(state, 0));
        step.publish(new PublishCommand(
                logged.map(m -> m.cohort().context()).orElse(terms.context()).withPurpose(Purpose.MODEL_MANIFEST),
                0,
                terms.modelSpecDigest(),
                0,
                List.of(),
                ManifestRules.shards(terms.parameterSet(), terms.parameterCount()),
                terms.modelSpecDigest(),
                0,
                List.of(),
                logged.map(LogBook.LoggedManifest::optimizer).orElse(terms.optimizer()),
                Digest.ZERO,
                Optional.empty(),
                Optional.empty(),
                Optional.of(step.registry().spec().initialRoot()),
                logged.map(LogBook.LoggedManifest::digest),
                confirmation));
        state.setInFlight(Optional.of(Publishing.withoutCohort(0, confirmation)));
        step.audit(AuditEvents.INITIAL_VERSION, "version", "0");
        return true;
    }
}
