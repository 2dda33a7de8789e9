package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.silofold.fuzz.Choices;
import org.silofold.fuzz.Mutator;
import org.silofold.fuzz.Oracle;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.CoordinatorEvent.ManifestSeen;
import org.silofold.job.event.CoordinatorEvent.OwnBrokenSeen;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen;
import org.silofold.job.event.CoordinatorEvent.OwnManifestSeen;
import org.silofold.job.event.CoordinatorEvent.OwnRequestSeen;
import org.silofold.job.event.CoordinatorEvent.ReceiptSeen;
import org.silofold.job.event.CoordinatorEvent.RegistryChanged;
import org.silofold.job.event.CoordinatorEvent.ResponseSeen;
import org.silofold.job.event.CoordinatorEvent.ShardSeen;
import org.silofold.job.event.CoordinatorEvent.Timer;
import org.silofold.job.event.CoordinatorEvent.UpdateRefused;
import org.silofold.job.event.CoordinatorEvent.VoteSeen;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.PublishCommand;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.share.ShareCheck;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.schemas.rules.Names;

/**
 * A coordinator of four silos, and a fold that follows it and checks that it can. Events keep to the ranges of the headers that they are made
 * of, as the coordinator may rely on; beyond that they say anything. Nothing is ever thrown, and the state passes through its codec
 * unchanged before every event.
 */
final class CoordinatorUnderTest {
    private static final List<String> SILOS = List.of("sa", "sb", "sc", "sd");
    private static final int KEPT = 6;
    private static final int TWIN_EVERY = 5;

    private final Federation federation;
    private final Coordinator coordinator;
    private final Random random = new Random(1);
    private final SimulatedFold fold = new SimulatedFold();
    private final List<Federation.Sent> sent = new ArrayList<>();
    private final List<UnmaskRequest> requests = new ArrayList<>();
    private final List<OwnManifestSeen> manifests = new ArrayList<>();
    /** Notes on broken cohorts, and confirmations of versions that the log held, which were not read back yet. */
    private final List<CoordinatorEvent> answers = new ArrayList<>();

    private CoordinatorState state = Federation.newState();
    private byte[] bytes = StateCodec.encode(state);
    private int events;
    private long now = 1_000_000;
    private long sequence;
    /** Nobody but the coordinator itself writes its log; once the log says anything else, cohorts are what it says. */
    private boolean ownLog = true;

    CoordinatorUnderTest(boolean extra) {
        ToyMask mask = new ToyMask();
        federation =
                new Federation(SILOS.size(), new Federation.Knobs(2, 16, 2, 1, extra ? 1 : 0, extra ? 1 : 0, 3), mask);
        coordinator = new Coordinator(mask.math());
        on(new RegistryChanged(federation.registry()));
        drainManifests();
    }

    /** Version 0 is read back, so that updates have a base. */
    private void drainManifests() {
        Oracle.require(!manifests.isEmpty(), "no version 0");
        on(manifests.get(0));
    }

    void step(Choices choices) {
        switch (choices.below(10)) {
            case 0 -> newUpdate(choices);
            case 1, 2 -> update(choices);
            case 3 -> receipts(choices);
            case 4 -> votes(choices);
            case 5 -> responses(choices);
            case 6 -> log(choices);
            case 7 -> registry(choices);
            default -> {
                now += choices.of(List.of(1L, 500L, 1_500L, 2_500L, 61_000L));
                on(new Timer());
            }
        }
    }

    /** A whole update that every member accepts. */
    private void newUpdate(Choices choices) {
        long base = state.publishedVersion().orElse(0);
        Federation.Sent update = federation.update(
                choices.of(SILOS), ++sequence, base, state.versionDigests().getOrDefault(base, Digest.ZERO), random);
        if (sent.size() == KEPT) {
            sent.remove(0);
        }
        sent.add(update);
        if (choices.oneIn(4)) {
            return;
        }
        update.shards().forEach(this::on);
        on(update.manifest());
        federation
                .names()
                .forEach(name -> on(new ReceiptSeen(name, federation.rosterId(), update.ref(), Optional.empty())));
    }

    private void update(Choices choices) {
        if (sent.isEmpty()) {
            return;
        }
        Federation.Sent update = choices.of(sent);
        CoordinatorEvent event =
                switch (choices.below(3)) {
                    case 0 -> choices.of(update.shards());
                    case 1 -> update.manifest();
                    default -> new UpdateRefused(update.key(), choices.of(List.of(Reason.values())));
                };
        on(changed(event, choices));
    }

    private void receipts(Choices choices) {
        if (sent.isEmpty()) {
            return;
        }
        Optional<Reason> refused = choices.oneIn(2) ? Optional.of(Reason.SHARE_CHECK_FAILED) : Optional.empty();
        on(changed(
                new ReceiptSeen(
                        choices.of(SILOS),
                        federation.rosterId(),
                        choices.of(sent).ref(),
                        refused),
                choices));
    }

    private void votes(Choices choices) {
        if (requests.isEmpty()) {
            return;
        }
        UnmaskRequest request = choices.oneIn(4) ? choices.of(requests) : requests.get(requests.size() - 1);
        boolean refuses = choices.oneIn(3);
        int members = 1 + choices.below(SILOS.size());
        for (String member : SILOS.subList(0, members)) {
            VoteSeen vote = new VoteSeen(
                    member,
                    federation.rosterId(),
                    request.buffer(),
                    digest(request),
                    refuses ? Optional.of(Reason.EXPIRED) : Optional.empty(),
                    refuses ? request.cohort() : List.of(),
                    choices.bytes(8));
            on(changed(vote, choices));
        }
    }

    private void responses(Choices choices) {
        if (requests.isEmpty()) {
            return;
        }
        UnmaskRequest request = choices.oneIn(4) ? choices.of(requests) : requests.get(requests.size() - 1);
        for (int point = 1 + choices.below(2); point <= SILOS.size(); point++) {
            List<int[]> shares = new ArrayList<>();
            for (UpdateRef ref : request.cohort()) {
                for (Federation.Sent update : sent) {
                    if (update.ref().equals(ref)) {
                        shares.add(update.shares().get(point));
                    }
                }
            }
            int[] words = shares.isEmpty()
                    ? new int[choices.below(8)]
                    : federation.mask().sum(shares);
            on(changed(
                    new ResponseSeen(
                            SILOS.get(point - 1), federation.rosterId(), request.buffer(), digest(request), words),
                    choices));
        }
    }

    private void log(Choices choices) {
        if (!answers.isEmpty() && choices.oneIn(2)) {
            on(answers.remove(0));
            return;
        }
        if (!requests.isEmpty() && choices.oneIn(2)) {
            UnmaskRequest request = choices.of(requests);
            own(changed(new OwnRequestSeen(request), choices), choices);
        } else if (!manifests.isEmpty()) {
            own(changed(choices.of(manifests), choices), choices);
        }
    }

    private void own(CoordinatorEvent event, Choices choices) {
        boolean known = event instanceof OwnRequestSeen seen
                ? requests.contains(seen.request())
                : manifests.contains((OwnManifestSeen) event);
        if (!known && !choices.oneIn(4)) {
            return;
        }
        ownLog &= known;
        on(event);
    }

    private void registry(Choices choices) {
        if (choices.oneIn(2)) {
            federation.nextPolicy();
        }
        on(new RegistryChanged(federation.registry()));
    }

    private static Digest digest(UnmaskRequest request) {
        return Cohort.of(request.cohort())
                .digest(request.context(), request.buffer(), request.previousManifestDigest());
    }

    /** Sometimes one field is another, within what a header may say. */
    private CoordinatorEvent changed(CoordinatorEvent event, Choices choices) {
        if (!choices.oneIn(3)) {
            return event;
        }
        CoordinatorEvent changed = (CoordinatorEvent) Mutator.mutate((Record) event, choices);
        return canBe(changed) ? changed : event;
    }

    /** Whether a header could say so. */
    private boolean canBe(CoordinatorEvent event) {
        Message message = null;
        try {
            if (event instanceof ShardSeen seen) {
                UpdateShard.Core core = new UpdateShard.Core(
                        federation
                                .registry()
                                .context()
                                .withPurpose(Purpose.UPDATE_SHARD)
                                .withSender(seen.silo()),
                        seen.updateId(),
                        seen.sequence(),
                        seen.index(),
                        seen.count(),
                        wrapped(),
                        Digest.ZERO);
                message = new UpdateShard(core, HeaderCodec.encodeCore(core), seen.payloadDigest());
            } else if (event instanceof ManifestSeen seen) {
                message = manifest(seen.core());
                if (!seen.update().silo().equals(seen.core().context().sender())
                        || !seen.update().updateId().equals(seen.core().updateId())) {
                    return false;
                }
            } else if (event instanceof VoteSeen seen) {
                message = new UnmaskVote(
                        federation
                                .registry()
                                .context()
                                .withPurpose(Purpose.UNMASK_VOTE)
                                .withSender(seen.member()),
                        seen.buffer(),
                        seen.cohortDigest(),
                        seen.refused(),
                        seen.inTheWay());
            } else if (event instanceof ReceiptSeen seen) {
                message = new ShareReceipts(
                        federation
                                .registry()
                                .context()
                                .withPurpose(Purpose.SHARE_RECEIPTS)
                                .withSender(seen.member()),
                        List.of(new ShareReceipts.Entry(seen.update(), seen.refused())));
            } else if (event instanceof UpdateRefused seen) {
                return Names.isName(seen.update().silo());
            } else if (event instanceof OwnRequestSeen seen) {
                message = seen.request();
            } else if (event instanceof OwnManifestSeen seen) {
                message = seen.manifest();
            }
            if (message != null) {
                HeaderCodec.encode(message);
            }
            return true;
        } catch (RejectedException e) {
            return false;
        }
    }

    private static List<WrappedKey> wrapped() {
        return List.of(new WrappedKey("aggregator", new byte[1088], new byte[48]));
    }

    /** The test's cores leave out what the coordinator does not look at. */
    private static UpdateManifest manifest(UpdateManifest.Core core) {
        int n = Math.max(0, Math.min(core.memberCount(), 64));
        UpdateManifest.Core whole = new UpdateManifest.Core(
                core.context(),
                core.updateId(),
                core.sequence(),
                core.baseVersion(),
                core.baseDigest(),
                core.tau(),
                core.weightRule(),
                core.expiryMillis(),
                core.memberCount(),
                core.threshold(),
                core.repetitions(),
                core.parameterSet(),
                core.modelSpecDigest(),
                core.parameterCount(),
                core.shardCount(),
                wrapped(),
                core.cekDigest(),
                java.util.Collections.nCopies(n, new byte[1088]),
                core.shardsRoot());
        int rows = core.repetitions() == ShareCheck.REPETITIONS
                ? ShareCheck.REPETITIONS
                : Math.max(0, Math.min(core.repetitions(), 64));
        int[][] z = new int[rows][Math.max(0, Math.min(core.threshold(), 64))];
        return new UpdateManifest(
                whole, HeaderCodec.encodeCore(whole), Digest.ZERO, java.util.Collections.nCopies(n, Digest.ZERO), z);
    }

    private void on(CoordinatorEvent event) {
        Effects effects = coordinator.on(state, event, now);
        byte[] after = StateCodec.encode(state);
        if (++events % TWIN_EVERY == 0) {
            CoordinatorState twin = StateCodec.decode(bytes);
            coordinator.on(twin, event, now);
            Oracle.require(Arrays.equals(after, StateCodec.encode(twin)), "the same event, another state");
        }
        state = StateCodec.decode(after);
        Oracle.require(Arrays.equals(StateCodec.encode(state), after), "a state changes on its way through the codec");
        bytes = after;
        follow(effects);
    }

    private void follow(Effects effects) {
        effects.wakeUpAt().ifPresent(at -> Oracle.require(at > now, "woken in the past"));
        if (ownLog) {
            for (FoldCommand command : effects.fold()) {
                fold.apply(command);
            }
        }
        for (UnmaskRequest request : effects.requests()) {
            HeaderCodec.encode(request);
            Oracle.require(request.cohort().size() >= federation.knobs().minCohort(), "a cohort below the minimum");
            long silos =
                    request.cohort().stream().map(UpdateRef::silo).distinct().count();
            Oracle.require(silos == request.cohort().size(), "two updates of one silo in a cohort");
            requests.add(request);
        }
        effects.fates().forEach(HeaderCodec::encode);
        for (CohortBroken note : effects.broken()) {
            HeaderCodec.encode(note);
            answers.add(new OwnBrokenSeen(note.buffer(), note.cohortDigest()));
        }
        for (PublishCommand command : effects.publish()) {
            command.confirmation()
                    .ifPresent(id -> answers.add(new OwnFenceSeen(id.toString(), OwnFenceSeen.Among.MANIFESTS)));
            if (ownLog) {
                fold.publish(command);
            }
            ModelManifest manifest = command.manifest(Federation.digest("root " + command.version()));
            manifests.add(new OwnManifestSeen(manifest, Desk.digestOf(manifest)));
        }
        if (effects.wakeUpAt().isPresent() && effects.wakeUpAt().getAsLong() == now + 1) {
            now++;
            on(new Timer());
        }
    }
}
