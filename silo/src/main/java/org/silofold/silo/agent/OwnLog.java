package org.silofold.silo.agent;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.TopicKind;
import org.silofold.silo.chain.Evidence;
import org.silofold.silo.store.AgentDatabase;
import org.silofold.silo.store.ManifestTable;
import org.silofold.silo.store.OutgoingUpdate;
import org.silofold.silo.store.SealedUpdate;
import org.silofold.silo.store.StoredManifest;
import org.silofold.silo.store.UpdateState;
import org.silofold.silo.store.UpdateTable;
import org.silofold.silo.store.WithdrawalTable;

/**
 * Holds what the log says of this silo's updates against what its store knows: the manifests that it signed, and the cohorts of published
 * versions. What the store has forgotten is taken in and raised; until that is done nothing may be submitted. An update in a version that enough members
 * promised never to vote for is raised with its proof, and its model is followed no further. Thread-safe.
 */
final class OwnLog implements TopicFollower.Handler {
    static final String COMPONENT = "own-log";
    static final String ROLLED_BACK = "rolled-back";
    static final String PROMISE_BROKEN = "promise-broken";

    /** The sequence of a party's first enrolment; a later one may have brought another key. */
    private static final long FIRST_ENROLMENT = 1;

    private final String silo;
    private final String federation;
    private final Registry registry;
    private final ModelChain chain;
    private final ManifestTable manifests;
    private final UpdateTable updates;
    private final WithdrawalTable withdrawals;
    private final Adoptions adoptions;
    private final Evidence evidence;
    private final Health health;
    private final Changes changes;

    private final Map<UpdateId, ForgottenUpdate> forgotten = new LinkedHashMap<>();
    private final Map<UpdateId, ForgottenUpdate> claimed = new LinkedHashMap<>();
    private final Map<UpdateId, Listing> listed = new LinkedHashMap<>();
    private final Map<String, Long> scanned = new HashMap<>();
    private final Set<String> broken = new TreeSet<>();
    private final List<String> adopted = new ArrayList<>();
    private boolean read;

    /** An own update in a version that the store does not know. */
    private record Listing(UpdateRef ref, String model, long version) {}

    OwnLog(AgentContext context, AgentDatabase database, Changes changes) {
        this.silo = context.party().name();
        this.federation = context.party().config().federation();
        this.registry = context.registry();
        this.chain = context.models();
        this.manifests = database.manifests();
        this.updates = database.updates();
        this.withdrawals = database.withdrawals();
        this.adoptions = new Adoptions(registry, database, context.clock());
        this.evidence = new Evidence(context.party().evidence());
        this.health = context.health();
        this.changes = changes;
    }

    /** Waits for the registry: keys, policies and specifications come of it. */
    @Override
    public boolean begin(AgentContext context) {
        return context.awaitRegistry(view -> registry.loaded() ? view.identityKey(silo) : Optional.empty())
                .isPresent();
    }

    @Override
    public void handle(ConsumerRecord<byte[], byte[]> record) {
        VerifyingKey key = registry.read(view -> view.identityKey(silo))
                .orElseThrow(() -> new RejectedException(Reason.UNKNOWN_SENDER, silo + " is not enrolled"));
        SignedRecord<UpdateManifest> signed;
        try {
            signed = SignedRecords.open(
                    UpdateManifest.class,
                    Purpose.UPDATE_MANIFEST,
                    record.value(),
                    silo,
                    key,
                    TopicKind.MANIFESTS.limits());
        } catch (RejectedException e) {
            if (e.reason() == Reason.BAD_SIGNATURE && mayHaveHadAnotherKey()) {
                takeClaim(record.value());
            }
            throw e;
        }
        take(signed);
    }

    private boolean mayHaveHadAnotherKey() {
        return registry.read(view -> view.enrolment(silo))
                .filter(enrolment -> enrolment.sequence() > FIRST_ENROLMENT)
                .isPresent();
    }

    /** The silo may have signed this before it was enrolled anew, with a key of which nothing is left: what it claims counts. */
    private synchronized void takeClaim(byte[] record) {
        SignedRecord<UpdateManifest> claim =
                SignedRecords.reread(UpdateManifest.class, Purpose.UPDATE_MANIFEST, record);
        Context context = claim.message().context();
        UpdateId id = claim.message().core().updateId();
        if (context.sender().equals(silo)
                && context.federation().equals(federation)
                && updates.find(id).isEmpty()) {
            claimed.putIfAbsent(id, ForgottenUpdate.of(claim));
            settle();
        }
    }

    @Override
    public void caughtUp() {
        synchronized (this) {
            read = true;
        }
        settle();
        changes.signal();
    }

    private synchronized void take(SignedRecord<UpdateManifest> signed) {
        UpdateId id = signed.message().core().updateId();
        Optional<OutgoingUpdate> known = updates.find(id);
        if (known.isEmpty()) {
            forgotten.putIfAbsent(id, ForgottenUpdate.of(signed));
            settle();
        } else if (updates.sealed(id)
                .map(SealedUpdate::manifestDigest)
                .filter(digest -> !digest.equals(signed.digest()))
                .isPresent()) {
            health.alarm(
                    "two-own-manifests",
                    "two manifests of update " + id + " are signed with this silo's key: who else has it?");
        } else if (known.get().state() == UpdateState.NOT_SENT) {
            // The manifest is sent last, so all of it was.
            updates.markSent(id);
        }
    }

    /** Whether everything of this model that this silo put on the log before it started is in its store. */
    synchronized boolean known(String model) {
        settle();
        return read
                && chain.loaded()
                && Stream.concat(forgotten.values().stream(), claimed.values().stream())
                        .noneMatch(update -> update.model().equals(model));
    }

    /** How many updates of the log are held here until they can be taken in. */
    synchronized int waiting() {
        return forgotten.size() + claimed.size() + listed.size();
    }

    /** Whether a version of the model broke enough members' promises to this silo. */
    synchronized boolean broken(String model) {
        return broken.contains(model);
    }

    /** Looks at links of the chain that are new, and takes in what is due. */
    synchronized void settle() {
        for (String model : manifests.models()) {
            scan(model);
        }
        if (!read || !chain.loaded()) {
            return;
        }
        int before = adopted.size();
        forgotten
                .values()
                .removeIf(
                        update -> adoptions.byManifest(update).map(adopted::add).isPresent());
        claimed.values()
                .removeIf(claim -> adoptions.byClaim(claim).map(adopted::add).isPresent());
        for (Listing listing : listed.values()) {
            StoredManifest link =
                    manifests.find(listing.model(), listing.version()).orElseThrow();
            if (updates.find(listing.ref().updateId()).isEmpty()) {
                adopted.add(adoptions.byVersion(listing.ref(), link));
            }
            conclude(listing.ref(), link);
        }
        listed.clear();
        if (adopted.size() > before) {
            health.alarm(
                    ROLLED_BACK,
                    "agent.db is older than the log: it had forgotten " + adopted.size()
                            + " update(s) of this silo, now spent and charged again: " + String.join("; ", adopted));
            changes.signal();
        }
    }

    private void scan(String model) {
        long head = manifests.head(model).map(StoredManifest::version).orElse(-1L);
        for (long version = scanned.getOrDefault(model, -1L) + 1; version <= head; version++) {
            manifests.find(model, version).ifPresent(this::look);
        }
        scanned.put(model, head);
    }

    private void look(StoredManifest link) {
        for (UpdateRef ref : ManifestChain.message(link).cohort()) {
            if (ref.silo().equals(silo)) {
                if (updates.find(ref.updateId()).isEmpty()) {
                    listed.put(ref.updateId(), new Listing(ref, link.model(), link.version()));
                } else {
                    conclude(ref, link);
                }
            }
        }
    }

    /** What a version's list means for an update that is known. */
    private void conclude(UpdateRef ref, StoredManifest link) {
        boolean same = updates.find(ref.updateId())
                        .filter(update -> update.model().equals(link.model()))
                        .isPresent()
                && updates.sealed(ref.updateId())
                        .map(SealedUpdate::manifestDigest)
                        .filter(ref.manifestDigest()::equals)
                        .isPresent();
        if (!same) {
            return;
        }
        // First what is in a version, then the state: what was withdrawn meanwhile shows.
        if (updates.listed(ref.updateId(), link.version())) {
            changes.signal();
        } else if (updates.find(ref.updateId()).orElseThrow().state() == UpdateState.WITHDRAWN) {
            promiseBroken(ref, link);
        }
    }

    private void promiseBroken(UpdateRef ref, StoredManifest link) {
        if (!broken.contains(link.model())) {
            // On disk first: what cannot be written now is found again.
            String line = evidence.brokenPromise(link, ref.updateId(), withdrawals.promises(ref.updateId()));
            broken.add(link.model());
            health.alarm(PROMISE_BROKEN, line);
        }
    }
}
