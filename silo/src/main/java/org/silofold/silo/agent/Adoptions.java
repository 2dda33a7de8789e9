package org.silofold.silo.agent;

import java.time.Clock;
import java.util.Optional;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.privacy.ModelPrivacy;
import org.silofold.protocol.privacy.PrivacyAccountant;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.silo.store.AdoptionTable;
import org.silofold.silo.store.AgentDatabase;
import org.silofold.silo.store.ManifestTable;
import org.silofold.silo.store.OutgoingUpdate;
import org.silofold.silo.store.SealedUpdate;
import org.silofold.silo.store.StoredManifest;
import org.silofold.silo.store.UpdateBase;
import org.silofold.silo.store.UpdateState;

/**
 * Takes in what the store has forgotten and the log holds (docs/protocol.md, 6.7.2). An update is charged by the policy that it was made under; where
 * this party never saw that policy it goes uncharged, which a private model's budget counts as infinite.
 */
final class Adoptions {
    /** No claim takes a sequence beyond this: half of them are left, whatever anyone writes. */
    private static final long HIGHEST_CLAIM = Long.MAX_VALUE / 2;

    private final Registry registry;
    private final ManifestTable manifests;
    private final AdoptionTable adoptions;
    private final Clock clock;

    Adoptions(Registry registry, AgentDatabase database, Clock clock) {
        this.registry = registry;
        this.manifests = database.manifests();
        this.adoptions = database.adoptions();
        this.clock = clock;
    }

    /**
     * Takes in an update by its manifest.
     *
     * @return one line for a person; empty if its base is not in the chain here, and nothing was changed
     */
    Optional<String> byManifest(ForgottenUpdate forgotten) {
        String model = forgotten.model();
        Optional<StoredManifest> link = manifests.find(model, forgotten.baseVersion());
        if (link.isEmpty()) {
            return Optional.empty();
        }
        boolean repeats = ManifestChain.message(link.get()).voidVersion().isPresent();
        OutgoingUpdate update = new OutgoingUpdate(
                forgotten.updateId(),
                model,
                forgotten.baseVersion(),
                forgotten.sequence(),
                forgotten.shards(),
                forgotten.bytes(),
                forgotten.expiryMillis(),
                clock.millis(),
                true,
                UpdateState.SENT,
                -1,
                Optional.empty(),
                "taken in from the log");
        Optional<UpdateId> other = adoptions.adopt(
                update,
                new UpdateBase(forgotten.baseVersion(), link.get().root(), repeats),
                new SealedUpdate(forgotten.manifestDigest(), forgotten.context().rosterDigest()),
                charge(forgotten.context()));
        return Optional.of("update " + update.updateId() + " of " + model + " from version " + update.baseVersion()
                + other.map(id -> ", a base that update " + id + " was made from too")
                        .orElse(""));
    }

    /**
     * Takes in an update by a manifest in this silo's name under a key that is not its own now. What it says is not proven: it can be withdrawn by
     * nobody, is under way no more, and its base may be an earlier one.
     *
     * @return one line for a person; empty if its base is not in the chain here, and nothing was changed
     */
    Optional<String> byClaim(ForgottenUpdate claim) {
        String model = claim.model();
        if (manifests.find(model, claim.baseVersion()).isEmpty()) {
            return Optional.empty();
        }
        OutgoingUpdate update = new OutgoingUpdate(
                claim.updateId(),
                model,
                claim.baseVersion(),
                Math.min(claim.sequence(), HIGHEST_CLAIM),
                claim.shards(),
                claim.bytes(),
                clock.millis(),
                clock.millis(),
                true,
                UpdateState.SENT,
                -1,
                Optional.empty(),
                "taken in from the log, where it is signed with another key than this silo's; all up to version "
                        + claim.baseVersion() + " are spent");
        adoptions.adoptWithoutBase(update, claim.baseVersion() + 1, charge(claim.context()));
        return Optional.of("update " + claim.updateId() + " of " + model + " from version " + claim.baseVersion()
                + ", signed with another key than this silo's: if this silo was not enrolled anew with fresh keys, who"
                + " writes in its topic?");
    }

    /**
     * Takes in an update of which there is nothing but a version's word that it is in it.
     *
     * @return one line for a person
     */
    String byVersion(UpdateRef ref, StoredManifest link) {
        Context context = ManifestChain.message(link).context();
        OutgoingUpdate update = new OutgoingUpdate(
                ref.updateId(),
                link.model(),
                link.version() - 1,
                // What it was is not known: the next is beyond it.
                clock.millis(),
                0,
                0,
                clock.millis(),
                clock.millis(),
                true,
                UpdateState.IN_VERSION,
                link.version(),
                Optional.empty(),
                "taken in from the chain; its base is not known, so all before version " + link.version()
                        + " are spent");
        adoptions.adoptWithoutBase(update, link.version(), charge(context));
        return "update " + ref.updateId() + " in version " + link.version() + " of " + link.model()
                + ", of which the log holds nothing else: if this silo never sent it, the aggregator lies";
    }

    private Optional<PrivacyAccountant> charge(Context context) {
        return registry.policy(context.model(), context.policySequence())
                .flatMap(policy -> registry.read(view -> view.modelSpec(context.model()))
                        .flatMap(spec -> {
                            try {
                                return ModelPrivacy.of(policy, spec);
                            } catch (RejectedException e) {
                                // Nothing can have been sent under a policy that the model cannot have.
                                return Optional.empty();
                            }
                        }))
                .map(ModelPrivacy::accountant);
    }
}
