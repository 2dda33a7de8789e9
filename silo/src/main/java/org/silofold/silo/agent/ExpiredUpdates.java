package org.silofold.silo.agent;

import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;
import org.silofold.silo.store.AgentDatabase;
import org.silofold.silo.store.ManifestTable;
import org.silofold.silo.store.OutgoingUpdate;
import org.silofold.silo.store.SealedUpdate;
import org.silofold.silo.store.StoredManifest;
import org.silofold.silo.store.UpdateTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes updates back by itself that came to nothing because time passed, while their base is the newest version. After an outage longer than
 * updates live the newest base of every silo is spent, so no version could come that frees them: training would stand still. Nothing is freed here:
 * that takes the committee's word, as for every withdrawal.
 */
final class ExpiredUpdates {
    private static final Logger LOG = LoggerFactory.getLogger(ExpiredUpdates.class);

    private final UpdateTable updates;
    private final ManifestTable manifests;
    private final Outbox outbox;

    ExpiredUpdates(AgentDatabase database, Outbox outbox) {
        this.updates = database.updates();
        this.manifests = database.manifests();
        this.outbox = outbox;
    }

    /** Withdraws what there is to withdraw; does nothing where that is done already. */
    void withdraw(AgentContext context) {
        for (String model : manifests.models()) {
            Optional<StoredManifest> newest = manifests.newestVerified(model);
            if (newest.isEmpty()) {
                continue;
            }
            for (OutgoingUpdate update : updates.refusedFrom(model, newest.get().version())) {
                if (inVain(update, context.clock().millis()) && answerable(context, update.updateId())) {
                    withdraw(update);
                }
            }
        }
    }

    /**
     * Whether it ended of itself. That it expired must be so by this silo's clock too: else one whose clock is behind, or an aggregator that lies,
     * could have it send and pay for one update after the other. Incomplete is what this silo could not send; of what it did send in full the
     * aggregator alone says so. That a fate is unknown is by this silo's clock alone, which may be wrong: a person may take the update back.
     */
    private static boolean inVain(OutgoingUpdate update, long nowMillis) {
        Optional<Reason> reason = update.reason();
        return (reason.equals(Optional.of(Reason.EXPIRED)) && update.expiryMillis() <= nowMillis)
                || (reason.equals(Optional.of(Reason.INCOMPLETE)) && !update.sent());
    }

    /** Whether the committee to which it was sealed is the roster's; another cannot say anything of it. */
    private boolean answerable(AgentContext context, UpdateId id) {
        Optional<Digest> sealedTo = updates.sealed(id).map(SealedUpdate::rosterDigest);
        return sealedTo.isPresent()
                && context.registry().read(view -> view.rosterDigest().equals(sealedTo));
    }

    private void withdraw(OutgoingUpdate update) {
        try {
            outbox.withdraw(update.updateId());
            LOG.info(
                    "update {} of {} is {}, and its base {} is the newest version: it is taken back",
                    update.updateId(),
                    update.model(),
                    update.reason().orElseThrow().code(),
                    update.baseVersion());
        } catch (AgentException e) {
            if (!e.code().equals(AgentException.TOO_LATE)) {
                throw e;
            }
            // A version that lists it, or another roster, came this moment.
            LOG.debug("{}", e.getMessage());
        }
    }
}
