package org.silofold.silo.auditor;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecords;
import org.silofold.silo.agent.ModelChain;
import org.silofold.silo.agent.Registry;
import org.silofold.silo.chain.ChainLink;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.store.StoreException;
import org.silofold.silo.store.StoredManifest;

/**
 * Takes the versions of the chain one after the other: recomputes each, keeps its state and remembers it. What it remembers is on disk before
 * it says so. Not thread-safe.
 */
final class Auditor {
    private final PartyDirectory party;
    private final Registry registry;
    private final Parties parties;
    private final ModelChain chain;
    private final AuditStore store;
    private final StateFiles files;
    private final CohortLog log;

    Auditor(
            PartyDirectory party,
            Registry registry,
            Parties parties,
            ModelChain chain,
            AuditStore store,
            StateFiles files,
            CohortLog log) {
        this.party = party;
        this.registry = registry;
        this.parties = parties;
        this.chain = chain;
        this.store = store;
        this.files = files;
        this.log = log;
    }

    /** The version that is due: the one after the newest verified; empty if it is not published, or the model's audit has ended. */
    Optional<StoredManifest> due(String model) {
        if (store.wrong(model).isPresent()) {
            return Optional.empty();
        }
        long next = store.newest(model).map(newest -> newest.version() + 1).orElse(0L);
        return chain.link(model, next);
    }

    /**
     * Recomputes the version that is due.
     *
     * @throws RejectedException if it is not as its manifest says
     * @throws MissingRecordException if it cannot be recomputed, for now or for ever
     * @throws StoreException if the auditor's own state is damaged
     */
    Recomputed audit(StoredManifest link) throws IOException {
        ModelManifest manifest = message(link);
        AuditTerms terms = AuditTerms.of(registry, manifest.context());
        VersionAudit audit = new VersionAudit(party.name(), terms, parties, log);
        Optional<AuditStore.Verified> before = store.newest(link.model());
        if (before.isEmpty()) {
            return initial(link, manifest, audit, terms.layout());
        }
        return next(link, manifest, audit, terms.layout(), before.get());
    }

    private Recomputed initial(StoredManifest link, ModelManifest manifest, VersionAudit audit, ShardLayout layout)
            throws IOException {
        try (StateFile state = files.create(link.model(), 0, layout)) {
            Recomputed recomputed = audit.initial(manifest, state);
            keep(link, manifest, state);
            return recomputed;
        }
    }

    private Recomputed next(
            StoredManifest link,
            ModelManifest manifest,
            VersionAudit audit,
            ShardLayout layout,
            AuditStore.Verified before)
            throws IOException {
        String model = link.model();
        if (manifest.voidVersion().isPresent()) {
            return repeat(link, manifest, audit, before);
        }
        try (KemPrivateKey key = key(manifest.context().rosterEpoch());
                StateFile old = files.open(model, before.version(), layout);
                StateFile fresh = files.create(model, link.version(), layout)) {
            Recomputed recomputed;
            try {
                recomputed = audit.opened(manifest, previous(model, before), store.book(model), key, old, fresh);
            } catch (RejectedException e) {
                // A wrong root says nothing if the state that it was made from is not what was verified.
                requireUndamaged(model, before, layout);
                throw e;
            }
            requireSame(model, before, old.digest());
            keep(link, manifest, fresh);
            return recomputed;
        }
    }

    private Recomputed repeat(
            StoredManifest link, ModelManifest manifest, VersionAudit audit, AuditStore.Verified before)
            throws IOException {
        String model = link.model();
        long version = link.version();
        Optional<VersionAudit.Document> document = registry.read(
                view -> view.voidVersion(model, version).flatMap(content -> view.voidVersionDigest(model, version)
                        .map(digest -> new VersionAudit.Document(content, digest))));
        Recomputed recomputed =
                audit.repeated(manifest, previous(model, before), document, voidsBefore(model, version));
        files.repeat(model, version);
        store.verified(
                model,
                new AuditStore.Verified(version, link.digest(), link.root(), before.state(), false),
                manifest.cohort());
        files.keepOnly(model, version);
        return recomputed;
    }

    /** The link of a verified version. */
    private ChainLink previous(String model, AuditStore.Verified verified) {
        ModelManifest manifest = chain.link(model, verified.version())
                .map(Auditor::message)
                .orElseThrow(() -> new StoreException(
                        party.root() + ": version " + verified.version() + " of " + model + " is not in the chain",
                        false,
                        null));
        return ChainLink.of(manifest, verified.digest());
    }

    private int voidsBefore(String model, long version) {
        int voids = 0;
        while (chain.link(model, version - 1 - voids)
                .map(Auditor::message)
                .flatMap(ModelManifest::voidVersion)
                .isPresent()) {
            voids++;
        }
        return voids;
    }

    private static ModelManifest message(StoredManifest link) {
        return SignedRecords.reread(ModelManifest.class, Purpose.MODEL_MANIFEST, link.record())
                .message();
    }

    private void keep(StoredManifest link, ModelManifest manifest, StateFile state) throws IOException {
        state.sync();
        files.promote(link.model(), link.version());
        store.verified(
                link.model(),
                new AuditStore.Verified(link.version(), link.digest(), link.root(), state.digest(), false),
                manifest.cohort());
        files.keepOnly(link.model(), link.version());
    }

    private void requireUndamaged(String model, AuditStore.Verified before, ShardLayout layout) throws IOException {
        try (StateFile state = files.open(model, before.version(), layout)) {
            for (int shard = 0; shard < layout.shards(); shard++) {
                state.read(shard);
            }
            requireSame(model, before, state.digest());
        }
    }

    private void requireSame(String model, AuditStore.Verified before, Digest digest) {
        if (!before.state().equals(digest)) {
            throw new StoreException(
                    party.audit() + ": the state of " + model + " version " + before.version() + " is damaged",
                    false,
                    null);
        }
    }

    private KemPrivateKey key(int epoch) {
        if (!party.hasKemKey(epoch)) {
            throw new MissingRecordException(
                    MissingRecordException.Kind.CLOSED, "this auditor's key of epoch " + epoch + ": it has none");
        }
        return party.kemKey(epoch);
    }

    /**
     * Erases the KEM keys of epochs that every model has left behind: what could open their updates goes.
     *
     * @param models the models that are published
     */
    void eraseOldKeys(List<String> models) {
        int needed = Integer.MAX_VALUE;
        for (String model : models) {
            int epoch = store.newest(model)
                    .flatMap(newest -> chain.link(model, newest.version()))
                    .map(link -> message(link).context().rosterEpoch())
                    .orElse(0);
            needed = Math.min(needed, epoch);
        }
        if (!models.isEmpty()) {
            List.copyOf(party.kemEpochs().headSet(needed)).forEach(party::eraseKemKey);
        }
    }
}
