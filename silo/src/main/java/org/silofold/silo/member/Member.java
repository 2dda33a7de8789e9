package org.silofold.silo.member;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecord;
import org.silofold.silo.chain.ChainLink;

/**
 * A committee member's rules over its durable store (docs/protocol.md, sections 4 and 6). It knows no Kafka: records come in verified
 * (frame, signature under the key of the party whose topic it is, payload digest), effects go out to be signed and sent.
 *
 * <p>Order: any. What arrives early is waited for, what arrives twice gives the same effects again. Durability: every transition is on
 * disk before its effect is returned; {@link #resume} gives again what may not have been sent. Time: epoch milliseconds of the clock
 * given, for expiries alone. One thread.
 *
 * <p>A record that is wrong in itself is a {@link RejectedException} and changes nothing; a {@link MemberStoreException} means that
 * nothing was decided.
 */
public final class Member {
    private final String self;
    private final MemberStore store;
    private final Supplier<RegistrySnapshot> registries;
    private final Clock clock;
    private final ManifestDesk manifests;
    private final WithdrawalDesk withdrawals;
    private final MemoryCheck memory;
    private final CohortDesk desk;
    private final PublishedVersions versions;
    private boolean started;

    /**
     * @param self this member's name
     * @param store held by this member alone; the caller closes it
     * @param registries the newest verified registry
     * @param keys the member's KEM keys by epoch
     * @param watch for the chain of models
     * @param clock for expiries
     */
    Member(
            String self,
            MemberStore store,
            Supplier<RegistrySnapshot> registries,
            EpochKeys keys,
            ChainWatch watch,
            Clock clock) {
        this(self, store, registries, keys, watch, clock, ParameterSet::byName);
    }

    /**
     * A member that knows other rings, so that a simulation can run the same rules over a small one.
     *
     * @param parameterSets the ring that a name in a manifest stands for; a {@link RejectedException} if there is none
     */
    public Member(
            String self,
            MemberStore store,
            Supplier<RegistrySnapshot> registries,
            EpochKeys keys,
            ChainWatch watch,
            Clock clock,
            Function<String, ParameterSet> parameterSets) {
        this.self = self;
        this.store = store;
        this.registries = registries;
        this.clock = clock;
        this.manifests = new ManifestDesk(store, self, new PacketOpener(self, keys, parameterSets), clock);
        this.withdrawals = new WithdrawalDesk(store, self);
        this.memory = new MemoryCheck(store, self);
        this.desk = new CohortDesk(store, self, parameterSets, withdrawals);
        this.versions = new PublishedVersions(store, watch);
    }

    /**
     * Opens and checks this member's share packet, keeps the share, and says so. The first manifest for a (silo, update id) stands.
     *
     * @return a receipt first, then what had waited for this update
     * @throws RejectedException if the manifest is of another federation or epoch, or of an unknown model
     */
    public List<MemberEffect> onManifest(SignedRecord<UpdateManifest> record) {
        RegistrySnapshot registry = enter();
        registry.requireEpoch(record.message().context());
        Optional<MemberEffect> again = manifests.receiptAgain(registry, record);
        if (again.isPresent()) {
            return List.of(again.get());
        }
        List<MemberEffect> effects = new ArrayList<>();
        effects.add(manifests.take(registry, record));
        effects.addAll(settle(registry));
        return effects;
    }

    /**
     * Considers a request of the aggregator: a vote, a refusal, or nothing as long as there is something to wait for. A cohort that was
     * answered gets the same answer again.
     *
     * @throws RejectedException if the request is of another federation or epoch, of an unknown model, or lists an update twice
     */
    public List<MemberEffect> onRequest(SignedRecord<UnmaskRequest> record) {
        RegistrySnapshot registry = enter();
        UnmaskRequest request = record.message();
        Context context = request.context();
        registry.requireEpoch(context);
        requireAggregator(registry, context);
        store.seenPolicy(context.model(), registry.policySequence(context.model()));
        Cohort cohort = Cohort.of(request.cohort());
        Digest digest = cohort.digest(context, request.buffer(), request.previousManifestDigest());
        List<MemberEffect> effects = new ArrayList<>();
        if (mayAnswer(registry)) {
            store.cohorts().answerTo(digest).ifPresent(answer -> effects.add(desk.effect(registry, answer)));
            store.cohorts().responseTo(digest).ifPresent(response -> effects.add(desk.effect(registry, response)));
        }
        if (store.latestVersion(context.model()) < request.buffer().version() || effects.isEmpty()) {
            store.cohorts()
                    .propose(new ProposedCohort(
                            digest,
                            registry.epoch(),
                            context.model(),
                            request.buffer(),
                            request.previousManifestDigest(),
                            context.policySequence(),
                            request.expiryMillis(),
                            cohort.updates()));
            effects.addAll(settle(registry));
        }
        return effects;
    }

    /**
     * Counts a member's answer to a cohort. With t votes for a cohort whose content and shares are here, the answer is the sum of
     * shares; with t refusals its locks go.
     *
     * @throws RejectedException if the vote is of another federation or epoch, or its sender has no seat
     */
    public List<MemberEffect> onVote(SignedRecord<UnmaskVote> record) {
        RegistrySnapshot registry = enter();
        UnmaskVote vote = record.message();
        Context context = vote.context();
        registry.requireEpoch(context);
        if (registry.roster().point(context.sender()) == 0) {
            throw new RejectedException(Reason.WRONG_SENDER, context.sender() + " has no seat in the committee");
        }
        if (context.sender().equals(self)) {
            memory.vote(registry, vote);
        }
        store.cohorts()
                .vote(
                        vote.cohortDigest(),
                        context.sender(),
                        registry.epoch(),
                        vote.refused().isPresent());
        desk.release(registry, vote.cohortDigest());
        return settle(registry);
    }

    /**
     * Reads an answer of the member's own to a cohort, which the store must hold; it is not counted.
     *
     * @throws RejectedException if it is of another federation or epoch, or not the member's
     */
    public void onOwnVote(SignedRecord<UnmaskVote> record) {
        memory.vote(enter(), record.message());
    }

    /**
     * Reads a response of the member's own: the certificate behind it, and so the spent mark, must be in the store.
     *
     * @throws RejectedException if it is of another federation or epoch, or not the member's
     */
    public void onOwnResponse(SignedRecord<UnmaskResponse> record) {
        memory.response(enter(), record.message());
    }

    /**
     * Reads a promise of the member's own never to vote for updates: the store must hold it.
     *
     * @throws RejectedException if it is of another federation or epoch, or not the member's
     */
    public void onOwnNeverVoted(SignedRecord<NeverVoted> record) {
        memory.neverVoted(enter(), record.message());
    }

    /**
     * A silo asks that this member never vote for an update of the silo's. The member says so once no request made before can be open any
     * more, once, and as long as, it has not voted for a cohort with it, or only for cohorts that were abandoned, and the update is not
     * spent; until then it is silent. Asked again it says the same again.
     *
     * @throws RejectedException if the withdrawal is of another federation or epoch, of an unknown model or silo, or one of too many
     */
    public List<MemberEffect> onWithdrawal(SignedRecord<UpdateWithdrawal> record) {
        RegistrySnapshot registry = enter();
        registry.requireEpoch(record.message().context());
        Optional<MemberEffect> promise = withdrawals.take(registry, record.message(), clock.millis());
        List<MemberEffect> effects = new ArrayList<>();
        if (mayAnswer(registry)) {
            promise.ifPresent(effects::add);
        }
        effects.addAll(settle(registry));
        return effects;
    }

    /**
     * Whether a manifest is no link yet and may become one.
     *
     * @throws RejectedException as {@link #onModelManifest}
     */
    public boolean isEarly(SignedRecord<ModelManifest> record) {
        enter();
        return versions.standing(record) == PublishedVersions.Standing.EARLY;
    }

    /**
     * Remembers a published version, spends its cohort and erases the shares. The first manifest of a version stands.
     *
     * @throws RejectedException {@link Reason#CONFLICTING_DUPLICATE} for another manifest of a known version: both are kept as evidence;
     *     {@link Reason#MODEL_NOT_VERIFIED} if it is not the next link of its chain
     */
    public List<MemberEffect> onModelManifest(SignedRecord<ModelManifest> record) {
        RegistrySnapshot registry = enter();
        ModelManifest manifest = record.message();
        String model = manifest.context().model();
        switch (versions.standing(record)) {
            case KNOWN -> {
                return List.of();
            }
            case EARLY ->
                throw new RejectedException(Reason.MODEL_NOT_VERIFIED, "version " + manifest.version() + " is early");
            case NEXT -> {}
        }
        Digest cohort = Cohort.of(manifest.cohort())
                .digest(
                        manifest.context(),
                        new Buffer(manifest.version(), manifest.attempt()),
                        manifest.previousDigest());
        requireProposedPolicy(manifest, cohort);
        boolean current = manifest.context().rosterEpoch() == registry.epoch();
        store.transaction(() -> {
            store.addVersion(model, ChainLink.of(manifest, record.digest()), record.record());
            if (current) {
                store.marks().spend(manifest.cohort(), registry.epoch(), cohort);
            }
            store.shares().erase(manifest.cohort());
            store.cohorts().forget(cohort);
            store.cohorts().forgetResponses(model, manifest.version());
        });
        List<MemberEffect> effects = settle(registry);
        store.scrub();
        return effects;
    }

    /** What a version may say of privacy its policy tells: it is the one by which the members voted. */
    private void requireProposedPolicy(ModelManifest manifest, Digest cohort) {
        long named = manifest.context().policySequence();
        Optional<ProposedCohort> proposed =
                store.cohorts().find(cohort).filter(known -> known.policySequence() != named);
        if (proposed.isPresent()) {
            throw new RejectedException(
                    Reason.MODEL_NOT_VERIFIED,
                    "version " + manifest.version() + " names policy " + named + ", its cohort was requested under "
                            + proposed.get().policySequence());
        }
    }

    /**
     * The aggregator says that a cohort was opened and made no version: see {@link CohortDesk#broken}.
     *
     * @throws RejectedException if it is of another federation or epoch, or not the aggregator's
     */
    public List<MemberEffect> onCohortBroken(SignedRecord<CohortBroken> record) {
        RegistrySnapshot registry = enter();
        Context context = record.message().context();
        registry.requireEpoch(context);
        requireAggregator(registry, context);
        List<MemberEffect> effects = settle(registry);
        if (desk.broken(registry, record.message().cohortDigest())) {
            store.scrub();
        }
        return effects;
    }

    private static void requireAggregator(RegistrySnapshot registry, Context context) {
        if (!context.sender().equals(registry.roster().aggregator())) {
            throw new RejectedException(Reason.WRONG_SENDER, context.sender() + " is not the aggregator");
        }
    }

    /** What time brings: a new epoch, expired shares erased, requests that waited. To be called about once a second. */
    public List<MemberEffect> tick() {
        RegistrySnapshot registry = enter();
        registry.models()
                .forEach(
                        (model, rules) -> store.seenPolicy(model, rules.policy().sequence()));
        if (store.shares().eraseExpired(clock.millis()) > 0) {
            store.scrub();
        }
        return settle(registry);
    }

    /**
     * Begins to answer cohorts: to be called once the member has been given what it said earlier (votes, responses, promises never to vote),
     * since that may show that its store is too old. Until then records are taken in and nothing but receipts comes out.
     *
     * @return what was decided before and may not have been sent, and what can be decided now
     */
    public List<MemberEffect> resume() {
        RegistrySnapshot registry = enter();
        started = true;
        List<MemberEffect> effects = new ArrayList<>();
        if (mayAnswer(registry)) {
            store.cohorts().openAnswers().forEach(answer -> effects.add(desk.effect(registry, answer)));
            store.cohorts().responses().forEach(response -> effects.add(desk.effect(registry, response)));
            effects.addAll(withdrawals.promises(registry));
        }
        effects.addAll(settle(registry));
        return effects;
    }

    private List<MemberEffect> settle(RegistrySnapshot registry) {
        return mayAnswer(registry) ? desk.settle(registry, clock.millis()) : List.of();
    }

    private boolean mayAnswer(RegistrySnapshot registry) {
        return started && !store.standsAside(registry.epoch());
    }

    private RegistrySnapshot enter() {
        RegistrySnapshot registry = registries.get();
        int epoch = store.epoch();
        if (registry.epoch() < epoch) {
            throw new IllegalStateException(
                    "the registry is in epoch " + registry.epoch() + ", this member was in epoch " + epoch + " before");
        }
        if (registry.epoch() > epoch) {
            store.enter(registry.epoch());
        }
        return registry;
    }
}
