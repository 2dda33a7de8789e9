package org.silofold.job.coordinate;

import java.util.List;
import java.util.Optional;
import org.silofold.job.coordinate.LogBook.LoggedManifest;
import org.silofold.job.event.CoordinatorEvent.VoidOrdered;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.Terms;
import org.silofold.job.event.VoidOrder;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest.PrivacySpent;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.StartId;

/**
 * Void versions: on the authority's order the next version repeats the parameters of the last, with no cohort, so that silos whose base went
 * with a broken cohort have another. Only while nothing is in the making: a cohort in hand ends by its own rules first. At most as many in a
 * row as policy allows, since each lets a silo send once more from the same parameters.
 */
final class VoidRule {
    private VoidRule() {}

    /** Notes the newest order. */
    static void ordered(Step step, VoidOrdered ordered) {
        Optional<VoidOrder> known = step.state().voids().order();
        if (known.isEmpty() || known.get().version() <= ordered.order().version()) {
            step.state().voids().setOrder(Optional.of(ordered.order()));
        }
    }

    /** Whether a void version is in the making now. */
    static boolean run(Step step) {
        CoordinatorState state = step.state();
        Optional<VoidOrder> order = state.voids().order();
        if (order.isEmpty()
                || state.inFlight().isPresent()
                || state.publishedVersion().isEmpty()
                || state.log().holdsNext(state.publishedVersion().getAsLong())
                || state.publishedVersion().getAsLong() + 1 != order.get().version()) {
            return false;
        }
        state.voids().setOrder(Optional.empty());
        Digest previous = state.versionDigests().get(order.get().version() - 1);
        boolean tooMany = state.voids().inARow() >= step.registry().policy().maxVoids();
        if (tooMany || !order.get().previousDigest().equals(previous)) {
            step.audit(
                    AuditEvents.VOID_REFUSED,
                    "version",
                    Long.toString(order.get().version()),
                    "why",
                    tooMany ? "too many in a row" : "another previous version");
            return false;
        }
        Terms terms = Terms.of(step.registry());
        Optional<PrivacySpent> spent = terms.modelPrivacy()
                .map(asked -> asked.spentBy(order.get().version(), state.voids().spent()));
        publish(step, step.registry().context(), order.get(), terms.optimizer(), spent, Optional.empty());
        step.audit(
                AuditEvents.VOID_VERSION,
                "version",
                Long.toString(order.get().version()),
                "document",
                order.get().document().hex());
        return true;
    }

    /** Takes over a void version that the log holds, with what it says of a policy that may be over. */
    static void adopt(Step step, LoggedManifest logged) {
        VoidOrder order = new VoidOrder(
                logged.cohort().buffer().version(),
                logged.cohort().previousDigest(),
                logged.voidVersion().orElseThrow());
        publish(
                step,
                logged.cohort().context(),
                order,
                logged.optimizer(),
                logged.privacy(),
                Optional.of(logged.digest()));
    }

    private static void publish(
            Step step,
            Context context,
            VoidOrder order,
            String optimizer,
            Optional<PrivacySpent> spent,
            Optional<Digest> published) {
        Terms terms = Terms.of(step.registry());
        Optional<StartId> confirmation = published.map(digest -> Confirmation.of(step.state(), order.version()));
        step.publish(new PublishCommand(
                context.withPurpose(Purpose.MODEL_MANIFEST),
                order.version(),
                order.previousDigest(),
                0,
                List.of(),
                ManifestRules.shards(terms.parameterSet(), terms.parameterCount()),
                terms.modelSpecDigest(),
                0,
                List.of(),
                optimizer,
                Digest.ZERO,
                spent,
                Optional.of(order.document()),
                Optional.of(step.state().voids().shardsRoot()),
                published,
                confirmation));
        step.state().setInFlight(Optional.of(Publishing.withoutCohort(order.version(), confirmation)));
    }
}
