package org.silofold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.silofold.job.coordinate.Coordinator;
import org.silofold.job.coordinate.CoordinatorState;
import org.silofold.job.coordinate.Effects;
import org.silofold.job.coordinate.StateCodec;
import org.silofold.job.event.AuditNote;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen.Among;
import org.silofold.job.event.LotKey;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.RosterId;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.codec.HeaderCodec;

/**
 * The honest aggregator: the real coordinator, with checkpoints. What it writes becomes visible with the next checkpoint; a failure takes
 * it back to the last one, or to an older savepoint, and its fences then make it read its own log before it decides anything.
 */
final class AggregatorNode {
    private static final int SAVEPOINTS = 6;

    /** A transaction that is older is lost. */
    private static final long TRANSACTION_TIMEOUT = 5_000;

    /** What a checkpoint holds. */
    private record Snapshot(
            byte[] state,
            Reader reader,
            SumCheck sums,
            TreeSet<Long> timers,
            Registry registry,
            Optional<PublishCommand> published) {}

    /** A record to be written with the next checkpoint. */
    record Output(String topic, Post post) {}

    private final Coordinator coordinator;
    private final Random random;
    private final List<AuditNote> audit = new ArrayList<>();
    private final Set<Digest> asked = new HashSet<>();
    private final List<Snapshot> snapshots = new ArrayList<>();
    private final List<Output> uncommitted = new ArrayList<>();
    private CoordinatorState state = new CoordinatorState();
    private Reader reader;
    private SumCheck sums;
    private TreeSet<Long> timers = new TreeSet<>();
    private Registry registry;
    private Optional<PublishCommand> published = Optional.empty();

    AggregatorNode(Registry registry, Network network, Map<UpdateKey, MadeUpdate> updates, Random random) {
        this.registry = registry;
        this.random = random;
        this.coordinator = new Coordinator(registry.federation().ring().math(), TRANSACTION_TIMEOUT);
        List<String> topics = new ArrayList<>(List.of(Network.REQUESTS, Network.MODELS));
        for (String party : registry.federation().silos()) {
            topics.add(Network.updates(party));
            topics.add(Network.manifests(party));
            topics.add(Network.withdrawals(party));
            topics.add(Network.receipts(party));
            topics.add(Network.votes(party));
            topics.add(Network.responses(party));
        }
        this.reader = new Reader(Federation.AGGREGATOR, network, topics);
        this.sums = new SumCheck(registry.federation().ring(), updates);
    }

    CoordinatorState state() {
        return state;
    }

    /** What it decided and why, over all its lives. */
    List<AuditNote> audit() {
        return audit;
    }

    Reader reader() {
        return reader;
    }

    Registry registry() {
        return registry;
    }

    void see(Registry newer, long now) {
        if (newer.revision() <= registry.revision()) {
            return;
        }
        Registry before = registry;
        registry = newer;
        handle(new CoordinatorEvent.RegistryChanged(newer.coordinatorView()), now);
        newer.voids().forEach((version, order) -> {
            if (!order.equals(before.voids().get(version))) {
                handle(new CoordinatorEvent.VoidOrdered(order), now);
            }
        });
    }

    /** Gives the coordinator a record, or, if its sender may not say that, what follows from this. */
    void deliver(Post post, long now) {
        Optional<Reason> refusal = Ingest.refusal(registry, post, now);
        if (refusal.isEmpty()) {
            handle(event(post), now);
        } else if (post instanceof Post.Shard shard) {
            handle(new CoordinatorEvent.UpdateRefused(shard.update().key(), refusal.get()), now);
        } else if (post instanceof Post.Manifest manifest) {
            handle(new CoordinatorEvent.UpdateRefused(manifest.update().key(), refusal.get()), now);
        }
    }

    private static CoordinatorEvent event(Post post) {
        if (post instanceof Post.Shard shard) {
            MadeUpdate update = shard.update();
            return new CoordinatorEvent.ShardSeen(
                    update.silo(), update.core().updateId(), update.core().sequence(), 0, 1, update.shard());
        } else if (post instanceof Post.Manifest manifest) {
            MadeUpdate update = manifest.update();
            return new CoordinatorEvent.ManifestSeen(update.ref(), update.core(), update.meta());
        } else if (post instanceof Post.Receipt receipt) {
            return new CoordinatorEvent.ReceiptSeen(
                    receipt.context().sender(), RosterId.of(receipt.context()), receipt.update(), receipt.refused());
        } else if (post instanceof Post.Withdrawal withdrawal) {
            return new CoordinatorEvent.WithdrawalSeen(
                    UpdateKey.of(withdrawal.withdrawal().update()));
        } else if (post instanceof Post.Vote vote) {
            return new CoordinatorEvent.VoteSeen(
                    vote.vote().context().sender(),
                    RosterId.of(vote.vote().context()),
                    vote.vote().buffer(),
                    vote.vote().cohortDigest(),
                    vote.vote().refused(),
                    vote.vote().inTheWay(),
                    HeaderCodec.encode(vote.vote()));
        } else if (post instanceof Post.Response response) {
            return new CoordinatorEvent.ResponseSeen(
                    response.response().context().sender(),
                    RosterId.of(response.response().context()),
                    response.response().buffer(),
                    response.response().cohortDigest(),
                    response.words());
        } else if (post instanceof Post.Request request) {
            return new CoordinatorEvent.OwnRequestSeen(request.request());
        } else if (post instanceof Post.Fence fence) {
            return new CoordinatorEvent.OwnFenceSeen(fence.startId(), fence.among());
        } else if (post instanceof Post.Broken broken) {
            return new CoordinatorEvent.OwnBrokenSeen(
                    broken.note().buffer(),
                    broken.note().cohortDigest(),
                    broken.note().reason());
        } else if (post instanceof Post.Model model) {
            return new CoordinatorEvent.OwnManifestSeen(model.manifest(), model.digest());
        }
        throw new IllegalArgumentException("the aggregator does not read " + post.getClass());
    }

    /** The next moment at which the coordinator asked to be woken. */
    Optional<Long> nextTimer() {
        return timers.isEmpty() ? Optional.empty() : Optional.of(timers.first());
    }

    void fireTimers(long now) {
        while (!timers.isEmpty() && timers.first() <= now) {
            timers.pollFirst();
            handle(new CoordinatorEvent.Timer(), now);
        }
    }

    private void handle(CoordinatorEvent event, long now) {
        Effects effects = coordinator.on(state, event, now);
        effects.fold().forEach(sums::apply);
        effects.requests().forEach(request -> request(request, now));
        effects.fates().forEach(fate -> uncommitted.add(new Output(Network.FATES, new Post.Fate(fate))));
        effects.publish().forEach(command -> {
            published = Optional.of(command);
            publish(command);
        });
        effects.publishAgain()
                .forEach(attempt -> publish(
                        published.filter(p -> p.buffer().equals(attempt)).orElseThrow()));
        effects.broken().forEach(note -> uncommitted.add(new Output(Network.MODELS, new Post.Broken(note))));
        audit.addAll(effects.audit());
        effects.wakeUpAt().ifPresent(timers::add);
        if (effects.fence()) {
            start(now);
        }
    }

    private void request(UnmaskRequest request, long now) {
        if (asked.add(Ledger.digest(request))) {
            assertThat(request.cohort())
                    .as("nobody who is barred when a cohort is made is in it")
                    .noneMatch(ref -> registry.isBarred(ref.silo(), now));
        }
        uncommitted.add(new Output(Network.REQUESTS, new Post.Request(request)));
    }

    /** Sums out of bounds break the cohort. A version that the log holds already is compared and not written again. */
    private void publish(PublishCommand command) {
        if (!sums.isSound(command) && command.published().isEmpty()) {
            Digest cohort =
                    Cohort.of(command.cohort()).digest(command.context(), command.buffer(), command.previousDigest());
            CohortBroken note = new CohortBroken(
                    command.context().withPurpose(Purpose.COHORT_BROKEN),
                    command.buffer(),
                    cohort,
                    Reason.SUM_OUT_OF_BOUNDS);
            uncommitted.add(new Output(Network.MODELS, new Post.Broken(note)));
            return;
        }
        ModelManifest manifest = command.manifest(
                command.requiredRoot().orElseGet(() -> Federation.digest("shards of version " + command.version())));
        Digest digest = Digest.sha256(HeaderCodec.encode(manifest));
        if (command.published().isPresent()) {
            assertThat(command.published()).as("version recomputed").contains(digest);
            String confirmation = command.confirmation().orElseThrow().toString();
            uncommitted.add(new Output(Network.MODELS, new Post.Fence(confirmation, Among.MANIFESTS)));
        } else {
            uncommitted.add(new Output(Network.MODELS, new Post.Model(manifest, digest)));
        }
    }

    /** Fixes the state, and gives what was written since the last checkpoint, to be seen from now on. */
    List<Output> checkpoint() {
        snapshots.add(snapshot());
        if (snapshots.size() > SAVEPOINTS) {
            snapshots.remove(0);
        }
        List<Output> outputs = List.copyOf(uncommitted);
        uncommitted.clear();
        return outputs;
    }

    private Snapshot snapshot() {
        return new Snapshot(
                StateCodec.encode(state), reader.copy(), sums.copy(), new TreeSet<>(timers), registry, published);
    }

    /** Starts for the first time. */
    void begin(long now) {
        start(now);
        handle(new CoordinatorEvent.RegistryChanged(registry.coordinatorView()), now);
        snapshots.add(snapshot());
    }

    /** Writes a fence to each of the topics it speaks in: it decides nothing until it has read them back. */
    private void start(long now) {
        String startId = Long.toHexString(random.nextLong());
        uncommitted.add(new Output(Network.REQUESTS, new Post.Fence(startId, Among.REQUESTS)));
        uncommitted.add(new Output(Network.MODELS, new Post.Fence(startId, Among.MANIFESTS)));
        LotKey lotKey = LotKey.of(
                Digest.sha256(startId.getBytes(StandardCharsets.US_ASCII)).toBytes());
        handle(new CoordinatorEvent.Started(startId, lotKey), now);
    }

    /**
     * Goes back to a checkpoint, this many before the last, and starts. Not behind anything that the authority has signed since but orders of
     * void versions: what others said under an older roster or policy is refused when it is read again, so the versions that came of it could
     * not be made again, and the model would rightly stand still.
     *
     * @return how far it went back
     */
    int fail(int back, long now, Registry newest) {
        int last = snapshots.size() - 1;
        int to = last;
        while (to > 0
                && last - to < back
                && newest.saysTheSame(snapshots.get(to - 1).registry())) {
            to--;
        }
        snapshots.subList(to + 1, snapshots.size()).clear();
        Snapshot snapshot = snapshots.get(to);
        uncommitted.clear();
        state = StateCodec.decode(snapshot.state());
        reader = snapshot.reader().copy();
        sums = snapshot.sums().copy();
        timers = new TreeSet<>(snapshot.timers());
        registry = snapshot.registry();
        published = snapshot.published();
        start(now);
        return last - to;
    }
}
