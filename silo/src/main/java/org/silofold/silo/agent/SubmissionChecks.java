package org.silofold.silo.agent;

import java.io.IOException;
import java.util.Optional;
import org.silofold.protocol.privacy.PrivacyBudget;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.silo.store.AgentDatabase;
import org.silofold.silo.store.ManifestTable;
import org.silofold.silo.store.StoredManifest;
import org.silofold.silo.store.UpdateTable;

/** What must hold before an update is taken in. Changes nothing. */
final class SubmissionChecks {
    /** Bytes beyond the words: headers, signatures, seals, of a shard and of a manifest, generously. */
    private static final long OVERHEAD = 512 * 1024;

    private final AgentContext context;
    private final UpdateTable updates;
    private final ManifestTable manifests;
    private final Countersignatures countersignatures;
    private final OutboxFiles files;

    SubmissionChecks(AgentContext context, AgentDatabase database, OutboxFiles files) {
        this.context = context;
        this.updates = database.updates();
        this.manifests = database.manifests();
        this.countersignatures =
                new Countersignatures(context.registry(), database.countersignatures(), context.clock());
        this.files = files;
    }

    /**
     * Checks a request: its base, what it holds, that its base is unspent, that there is room under way, that the privacy budget pays for it.
     *
     * @param now epoch milliseconds
     * @return its base
     * @throws RejectedException naming what is wrong
     * @throws AgentException if no version was verified yet
     */
    UpdateRequest.Base check(UpdateRequest request, UpdateTerms terms, long now) {
        UpdateRequest.Base base = base(request, terms);
        request.check(terms);
        requireUnspent(request, base);
        requireRoom(request, terms, now);
        requireBudget(request, terms);
        return base;
    }

    /**
     * Requires space on disk for one update.
     *
     * @throws AgentException if there is too little
     */
    void requireSpace(UpdateTerms terms) throws IOException {
        long words = 4L * terms.layout().set().n() * terms.layout().blocks();
        long needed = words + words / 32 + OVERHEAD;
        long usable = files.usableSpace();
        if (usable < needed) {
            throw new AgentException(
                    AgentException.DISK_FULL,
                    "the disk of " + context.party().outbox() + " is full: an update takes " + needed + " bytes, "
                            + usable + " are left");
        }
    }

    /** Why a request is refused whose base another update spent. */
    static RejectedException spent(UpdateRequest request) {
        return new RejectedException(
                Reason.BASE_SPENT,
                "an update from version " + request.baseVersion() + " of " + request.model()
                        + ", or from the same parameters under another version, was submitted before");
    }

    /** What the update was trained from: a version that was verified here, parameters and all. */
    private UpdateRequest.Base base(UpdateRequest request, UpdateTerms terms) {
        StoredManifest newest = manifests
                .newestVerified(request.model())
                .orElseThrow(() -> new AgentException(
                        AgentException.NO_MODEL, "no version of " + request.model() + " was verified yet"));
        StoredManifest base = manifests
                .find(request.model(), request.baseVersion())
                .filter(StoredManifest::verified)
                .orElseThrow(() -> notVerified(request, newest.version()));
        // It may have been verified before policy named this auditor.
        countersignatures.missing(base).ifPresent(auditor -> {
            throw notCountersigned(request, auditor);
        });
        // By what is published, verified here or not: the update would not be sent.
        long published =
                manifests.head(request.model()).map(StoredManifest::version).orElse(newest.version());
        if (StaleBase.isGone(base.version(), published, terms.policy())) {
            throw new RejectedException(
                    Reason.TOO_STALE, StaleBase.gone(request.model(), base.version(), published, terms.policy()));
        }
        boolean repeats = ManifestChain.message(base).voidVersion().isPresent();
        return new UpdateRequest.Base(base.version(), base.digest(), base.root(), repeats, newest.version());
    }

    private static RejectedException notCountersigned(UpdateRequest request, String auditor) {
        return new RejectedException(
                Reason.NOT_COUNTERSIGNED,
                "version " + request.baseVersion() + " of " + request.model() + " waits for the countersignature of "
                        + auditor);
    }

    private RejectedException notVerified(UpdateRequest request, long newest) {
        Optional<StoredManifest> link = manifests.find(request.model(), request.baseVersion());
        String why = link.isPresent() && request.baseVersion() < newest
                ? StaleBase.notKept(request.model(), request.baseVersion(), newest)
                : "version " + request.baseVersion() + " of " + request.model()
                        + " was never verified here; the newest is " + newest;
        return link.flatMap(countersignatures::missing)
                .map(auditor -> notCountersigned(request, auditor))
                .orElseGet(() -> new RejectedException(Reason.UNKNOWN_BASE, why));
    }

    private void requireUnspent(UpdateRequest request, UpdateRequest.Base base) {
        if (updates.spentBy(request.model(), base.spendable()).isPresent()) {
            throw spent(request);
        }
    }

    private void requireBudget(UpdateRequest request, UpdateTerms terms) {
        if (terms.privacy().isEmpty()) {
            if (updates.chargedPrivacy(request.model())) {
                throw new RejectedException(Reason.BUDGET_SPENT, BudgetText.noLongerPrivate(request.model()));
            }
            return;
        }
        PrivacyBudget budget = terms.privacy().get().budget(updates.spentPrivacy(request.model()));
        if (!budget.paysForNext()) {
            throw new RejectedException(Reason.BUDGET_SPENT, BudgetText.spent(request.model(), budget));
        }
    }

    private void requireRoom(UpdateRequest request, UpdateTerms terms, long now) {
        long inFlight = updates.inFlight(request.model(), now);
        if (inFlight >= terms.policy().maxInFlight()) {
            throw new RejectedException(
                    Reason.TOO_MANY_IN_FLIGHT,
                    inFlight + " updates of " + request.model() + " are under way, as many as policy allows");
        }
    }
}
