package org.silofold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.schemas.codec.HeaderCodec;

/**
 * The honest aggregator: the real coordinator, with checkpoints. What it writes becomes visible with the next checkpoint; a failure takes
 * it back to the last one, or to an older savepoint, and its fences then make it read its own log before it decides anything.
 */
final class AggregatorNode {
    private static final RosterId ROSTER = new RosterId(1, Federation.ROSTER_DIGEST);
    private static final int SAVEPOINTS = 6;

    /** What a checkpoint holds. */
    private record Snapshot(byte[] state, Reader reader, SumCheck sums, TreeSet<Long> timers, long policySequence) {}

    /** A record to be written with the next checkpoint. */
    record Output(String topic, Post post) {}

    private final Federation federation;
    private final Coordinator coordinator = new Coordinator(new SmallRing());
    private final List<AuditNote> audit = new ArrayList<>();
    private final List<Snapshot> snapshots = new ArrayList<>();
    private final List<Output> uncommitted = new ArrayList<>();
    private CoordinatorState state = new CoordinatorState();
    private Reader reader;
    private SumCheck sums;
    private TreeSet<Long> timers = new TreeSet<>();
    private long policySequence;

    AggregatorNode(Federation federation, Network network, Map<UpdateKey, MadeUpdate> updates) {
        this.federation = federation;
        List<String> topics = new ArrayList<>(List.of(Network.REQUESTS, Network.MODELS));
        for (String silo : federation.silos()) {
            topics.add(Network.updates(silo));
            topics.add(Network.manifests(silo));
        }
        for (String member : federation.committee()) {
            topics.add(Network.receipts(member));
            topics.add(Network.votes(member));
            topics.add(Network.responses(member));
        }
        this.reader = new Reader(Federation.AGGREGATOR, network, topics);
        this.sums = new SumCheck(updates);
        snapshots.add(snapshot());
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

    long policySequence() {
        return policySequence;
    }

    void seePolicy(long sequence, long now) {
        if (sequence > policySequence) {
            policySequence = sequence;
            handle(new CoordinatorEvent.RegistryChanged(federation.coordinatorView(sequence)), now);
        }
    }

    /** Whether the record names a policy that is not known yet: it is parked. */
    boolean isBehind(Post post) {
        return post instanceof Post.Manifest manifest
                && manifest.update().core().context().policySequence() > policySequence;
    }

    void deliver(Post post, long now) {
        handle(event(post), now);
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
            return new CoordinatorEvent.ReceiptSeen(receipt.member(), ROSTER, receipt.update(), receipt.refused());
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
                    broken.note().buffer(), broken.note().cohortDigest());
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
        effects.requests().forEach(request -> uncommitted.add(new Output(Network.REQUESTS, new Post.Request(request))));
        effects.fates().forEach(fate -> uncommitted.add(new Output(Network.FATES, new Post.Fate(fate))));
        effects.publish().forEach(this::publish);
        effects.broken().forEach(note -> uncommitted.add(new Output(Network.MODELS, new Post.Broken(note))));
        audit.addAll(effects.audit());
        effects.wakeUpAt().ifPresent(timers::add);
    }

    /** A version that the log holds already is compared and not written again. */
    private void publish(PublishCommand command) {
        sums.publish(command);
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
                StateCodec.encode(state), reader.copy(), sums.copy(), new TreeSet<>(timers), policySequence);
    }

    /** Writes a fence to each of the topics it speaks in: it decides nothing until it has read them back. */
    void start(Random random, long now) {
        String startId = Long.toHexString(random.nextLong());
        uncommitted.add(new Output(Network.REQUESTS, new Post.Fence(startId, Among.REQUESTS)));
        uncommitted.add(new Output(Network.MODELS, new Post.Fence(startId, Among.MANIFESTS)));
        LotKey lotKey = LotKey.of(
                Digest.sha256(startId.getBytes(StandardCharsets.US_ASCII)).toBytes());
        handle(new CoordinatorEvent.Started(startId, lotKey), now);
    }

    /** Goes back to a checkpoint, this many before the last, and starts. */
    void fail(Random random, int back, long now) {
        int last = Math.max(0, snapshots.size() - 1 - back);
        snapshots.subList(last + 1, snapshots.size()).clear();
        Snapshot snapshot = snapshots.get(last);
        uncommitted.clear();
        state = StateCodec.decode(snapshot.state());
        reader = snapshot.reader().copy();
        sums = snapshot.sums().copy();
        timers = new TreeSet<>(snapshot.timers());
        policySequence = snapshot.policySequence();
        start(random, now);
    }
}
