package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.Terms;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateRef;

/**
 * Closes the open buffer when no version is in the making: at its full size, or at its age with at least the policy's minimum. The chosen
 * cohort is requested; the others move on to the next buffer.
 */
final class CloseRule {
    private CloseRule() {}

    /** Whether a cohort was requested. */
    static boolean run(Step step) {
        CoordinatorState state = step.state();
        ModelRegistry registry = step.registry();
        if (state.inFlight().isPresent()
                || state.publishedVersion().isEmpty()
                || state.log().holdsNext(state.publishedVersion().getAsLong())) {
            return false;
        }
        List<TrackedUpdate> cohort = CohortChoice.of(step);
        OptionalLong age = ageDeadline(state, registry);
        boolean full = CohortChoice.isFull(step, cohort);
        boolean aged = age.isPresent() && step.now() >= age.getAsLong() && !cohort.isEmpty();
        if (full || aged) {
            request(step, cohort, full ? "full" : "age");
        }
        return full || aged;
    }

    /** When the open buffer is old enough to close; empty while nothing is in it. */
    static OptionalLong ageDeadline(CoordinatorState state, ModelRegistry registry) {
        return state.open().updates().stream()
                .mapToLong(key -> state.updates().get(key).bufferedAtMillis()
                        + registry.policy().bufferAgeMillis())
                .min();
    }

    private static void request(Step step, List<TrackedUpdate> chosen, String why) {
        CoordinatorState state = step.state();
        ModelRegistry registry = step.registry();
        long version = state.publishedVersion().getAsLong() + 1;
        Buffer buffer = new Buffer(version, LogRule.lastAttempt(state, version) + 1);
        Digest previous = state.versionDigests().get(version - 1);
        List<UpdateRef> refs = new ArrayList<>();
        for (TrackedUpdate update : chosen) {
            refs.add(update.manifest().orElseThrow().ref());
        }
        Cohort cohort = Cohort.of(refs);
        Digest digest = cohort.digest(registry.context(), buffer, previous);
        Proposal proposal = new Proposal(
                buffer, state.open().accumulator(), previous, cohort.updates(), digest, Terms.of(registry));
        moveOthersOn(step, chosen);
        for (TrackedUpdate update : chosen) {
            update.setStage(Stage.REQUESTED);
            step.fate(update.key(), UpdateFate.Kind.JOINED, Optional.empty(), version);
        }
        long expiry = step.now() + registry.policy().voteTimeoutMillis();
        state.requested().put(buffer, digest);
        state.setInFlight(Optional.of(new Requested(proposal, expiry, 1)));
        emit(step, proposal, expiry);
        step.audit(AuditEvents.COHORT_REQUESTED, details(proposal, "why", why));
    }

    /** Puts the cohort in hand to the committee once more: the same cohort digest, a later expiry. */
    static void requestAgain(Step step, Requested requested) {
        long expiry = step.now() + step.registry().policy().voteTimeoutMillis();
        step.state().setInFlight(Optional.of(requested.again(expiry)));
        emit(step, requested.proposal(), expiry);
        step.audit(AuditEvents.COHORT_REQUESTED_AGAIN, details(requested.proposal()));
    }

    /** Puts the cohort in hand to the committee, which has not been asked: its request is not in the log. */
    static void sayAgain(Step step, Requested requested) {
        requested.extendTo(step.now() + step.registry().policy().voteTimeoutMillis());
        emit(step, requested.proposal(), requested.deadlineMillis());
    }

    private static void emit(Step step, Proposal proposal, long expiry) {
        step.request(new UnmaskRequest(
                proposal.terms().context().withPurpose(Purpose.UNMASK_REQUEST),
                proposal.buffer(),
                proposal.previousDigest(),
                proposal.cohort(),
                expiry,
                abandonments(step, proposal)));
    }

    /** What audit entries say of a cohort. */
    static String[] details(Proposal proposal, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "version",
                Long.toString(proposal.buffer().version()),
                "attempt",
                Integer.toString(proposal.buffer().attempt()),
                "cohort",
                proposal.digest().hex(),
                "updates",
                Integer.toString(proposal.cohort().size())));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    /** Starts the next buffer, with those of this one that are not in the cohort. */
    private static void moveOthersOn(Step step, List<TrackedUpdate> chosen) {
        CoordinatorState state = step.state();
        OpenBuffer closed = state.open();
        OpenBuffer next = new OpenBuffer(state.nextAccumulator());
        chosen.forEach(update -> closed.updates().remove(update.key()));
        for (UpdateKey key : closed.updates()) {
            step.fold(new FoldCommand.Leave(closed.accumulator(), key));
            step.fold(new FoldCommand.Join(next.accumulator(), key));
            state.updates().get(key).setAccumulator(OptionalLong.of(next.accumulator()));
            next.updates().add(key);
        }
        state.setOpen(next);
    }

    /** The refusals that free the cohort's updates, as far as members accept them now. */
    private static List<byte[]> abandonments(Step step, Proposal proposal) {
        Set<Digest> freedFrom = new LinkedHashSet<>();
        for (UpdateRef ref : proposal.cohort()) {
            TrackedUpdate update = step.state().updates().get(UpdateKey.of(ref));
            if (update != null) {
                freedFrom.addAll(update.abandonedCohorts());
            }
        }
        List<byte[]> records = new ArrayList<>();
        for (Digest cohort : freedFrom) {
            records.addAll(step.state().abandonments().get(cohort).proof(step));
        }
        return records;
    }
}
