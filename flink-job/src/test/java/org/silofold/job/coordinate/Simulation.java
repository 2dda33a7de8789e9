package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.silofold.job.coordinate.Federation.Sent;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.CoordinatorEvent.ManifestSeen;
import org.silofold.job.event.CoordinatorEvent.OwnBrokenSeen;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen;
import org.silofold.job.event.CoordinatorEvent.OwnManifestSeen;
import org.silofold.job.event.CoordinatorEvent.OwnRequestSeen;
import org.silofold.job.event.CoordinatorEvent.ReceiptSeen;
import org.silofold.job.event.CoordinatorEvent.RegistryChanged;
import org.silofold.job.event.CoordinatorEvent.ResponseSeen;
import org.silofold.job.event.CoordinatorEvent.Timer;
import org.silofold.job.event.CoordinatorEvent.VoteSeen;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.cohort.CohortRules;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/**
 * A whole federation around one coordinator, driven by a seed: silos that train at their own pace and sometimes send rubbish, members
 * that are slow, silent or lie, a network that delays, reorders, repeats and loses. The invariants are checked after every event.
 */
final class Simulation {
    /** How long silos train for, in simulated milliseconds. */
    static final long TRAINING = 40_000;

    private record Scheduled(long at, long order, Runnable what) {}

    /** What the coordinator was given. */
    record Input(long at, CoordinatorEvent event) {}

    final Federation federation;
    final List<Input> inputs = new ArrayList<>();
    final List<CoordinatorEvent> log = new ArrayList<>();
    final List<Effects> effects = new ArrayList<>();
    final Map<UpdateKey, Sent> sent = new HashMap<>();
    final Map<UpdateKey, List<UpdateFate>> fates = new TreeMap<>();
    final Coordinator coordinator;
    CoordinatorState state = Federation.newState();
    private final Random random;
    private final Random checkpoints;
    private final boolean roundTrips;
    private final SimulatedFold fold = new SimulatedFold();
    private final Map<String, SimulatedMember> members = new TreeMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final PriorityQueue<Scheduled> queue =
            new PriorityQueue<>(Comparator.comparingLong(Scheduled::at).thenComparingLong(Scheduled::order));
    private final Set<Buffer> broken = new HashSet<>();
    private final Set<Long> timers = new HashSet<>();
    private final int faultiness;
    long now = 1_000_000;
    private final long end = now + TRAINING;
    private long order;

    Simulation(long seed, TestMask mask, boolean faulty, boolean roundTrips) {
        this.random = new Random(seed);
        this.checkpoints = new Random(seed);
        this.roundTrips = roundTrips;
        this.faultiness = faulty ? 1 + (int) (seed % 3) : 0;
        int silos = 3 + random.nextInt(5);
        int minCohort = 2 + random.nextInt(2);
        int buffer = Math.min(silos, minCohort + random.nextInt(2));
        int faults = (silos - 1) / 3;
        this.federation = new Federation(
                silos,
                new Federation.Knobs(
                        minCohort, 16, buffer, 1, random.nextInt(faults + 1), random.nextInt(2), random.nextInt(4)),
                mask);
        this.coordinator = new Coordinator(mask.math(), Desk.SILENCE);
        federation.names().forEach(name -> members.put(name, new SimulatedMember(name, federation)));
    }

    void run() {
        deliver(new RegistryChanged(federation.registry()));
        while (!queue.isEmpty()) {
            Scheduled next = queue.poll();
            now = Math.max(now, next.at());
            next.what().run();
        }
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** Whether something goes wrong that does so this often at worst; the seed says how bad things are. */
    private boolean fault(int percent) {
        return chance(percent * faultiness / 3);
    }

    private void later(long maxDelay, Runnable what) {
        queue.add(new Scheduled(now + 1 + random.nextInt((int) maxDelay), order++, what));
    }

    private void send(CoordinatorEvent event) {
        later(300, () -> deliver(event));
        if (fault(10)) {
            later(5_000, () -> deliver(event));
        }
    }

    private void deliver(CoordinatorEvent event) {
        if (roundTrips && checkpoints.nextInt(10) == 0) {
            byte[] bytes = StateCodec.encode(state);
            state = StateCodec.decode(bytes);
            assertThat(StateCodec.encode(state)).isEqualTo(bytes);
        }
        inputs.add(new Input(now, event));
        Effects result = coordinator.on(state, event, now);
        effects.add(result);
        follow(result);
        check(event);
    }

    private void follow(Effects result) {
        result.fold().forEach(fold::apply);
        for (UpdateFate fate : result.fates()) {
            UpdateKey key = new UpdateKey(fate.silo(), fate.updateId());
            List<UpdateFate> told = fates.computeIfAbsent(key, k -> new ArrayList<>());
            if (isOver(key)) {
                assertThat(fate).as("nothing else follows a final fate").isEqualTo(told.get(told.size() - 1));
            } else {
                told.add(fate);
            }
        }
        result.requests().forEach(this::request);
        result.publish().forEach(this::publish);
        result.broken().forEach(this::broken);
        if (result.fence()) {
            fences();
        }
        result.wakeUpAt().ifPresent(at -> {
            assertThat(at).isGreaterThan(now);
            if (timers.add(at)) {
                queue.add(new Scheduled(at, order++, () -> deliver(new Timer())));
            }
        });
    }

    /** Behind all that was said before. */
    private void fences() {
        String start = "asked for at " + now;
        deliver(Federation.start(start));
        later(300, () -> send(new OwnFenceSeen(start, OwnFenceSeen.Among.REQUESTS)));
        later(300, () -> send(new OwnFenceSeen(start, OwnFenceSeen.Among.MANIFESTS)));
    }

    private void check(CoordinatorEvent event) {
        if (event instanceof ManifestSeen manifest) {
            UpdateKey key = UpdateKey.of(manifest.update());
            assertThat(state.updates().containsKey(key) != isOver(key))
                    .as("pending or over")
                    .isTrue();
        }
    }

    boolean isOver(UpdateKey key) {
        List<UpdateFate> told = fates.getOrDefault(key, List.of());
        return !told.isEmpty() && told.get(told.size() - 1).kind().isFinal();
    }

    private void request(UnmaskRequest request) {
        assertThat(request.cohort())
                .hasSizeGreaterThanOrEqualTo(federation.knobs().minCohort());
        assertThat(request.cohort().stream().map(UpdateRef::silo).distinct()).hasSameSizeAs(request.cohort());
        List<CohortRules.Entry> entries = request.cohort().stream()
                .map(ref -> new CohortRules.Entry(
                        ref.silo(),
                        "org-" + ref.silo(),
                        sent.get(UpdateKey.of(ref)).manifest().core().baseVersion()))
                .toList();
        CohortRules.check(federation.registry().policy(), request.buffer().version(), entries);
        later(200, () -> {
            log.add(new OwnRequestSeen(request));
            send(new OwnRequestSeen(request));
            members.forEach((name, member) -> later(300, () -> consider(name, request)));
        });
    }

    private void consider(String name, UnmaskRequest request) {
        if (now >= request.expiryMillis() || fault(10)) {
            return;
        }
        SimulatedMember member = members.get(name);
        Optional<VoteSeen> vote = member.consider(request);
        if (vote.isEmpty()) {
            later(500, () -> consider(name, request));
        }
        vote.ifPresent(answer -> {
            send(answer);
            members.forEach(
                    (other, them) -> later(200, () -> them.certificate(answer).ifPresent(r -> respond(other, r))));
        });
        member.answer(SimulatedMember.digest(request)).ifPresent(response -> respond(name, response));
    }

    private void respond(String name, ResponseSeen response) {
        if (name.equals("sb") && federation.names().size() > 3 && fault(30)) {
            int[] words = response.words().clone();
            for (int i = 0; i < words.length; i++) {
                words[i] ^= 1;
            }
            send(new ResponseSeen(name, response.roster(), response.buffer(), response.cohortDigest(), words));
        } else if (!fault(10)) {
            send(response);
        }
    }

    private void publish(PublishCommand command) {
        fold.publish(command);
        double plain = command.cohort().stream()
                .mapToDouble(ref -> sent.get(UpdateKey.of(ref)).weight())
                .sum();
        assertThat(command.sumOfWeights())
                .isCloseTo(plain, within(federation.mask().tolerance()));
        later(300, () -> {
            ModelManifest manifest = command.manifest(Federation.digest("root " + command.version()));
            OwnManifestSeen seen = new OwnManifestSeen(manifest, Desk.digestOf(manifest));
            log.add(seen);
            send(seen);
            federation.names().forEach(silo -> later(3_000, () -> train(silo, seen)));
        });
    }

    private void broken(CohortBroken message) {
        assertThat(broken.add(message.buffer())).as("said once").isTrue();
        later(300, () -> {
            OwnBrokenSeen seen = new OwnBrokenSeen(message.buffer(), message.cohortDigest(), message.reason());
            log.add(seen);
            send(seen);
        });
    }

    private void train(String silo, OwnManifestSeen base) {
        if (now >= end || fault(5)) {
            return;
        }
        long sequence = sequences.merge(silo, 1L, Long::sum);
        federation.at(now);
        Sent update = federation.update(silo, sequence, base.manifest().version(), base.digest(), random);
        sent.put(update.key(), update);
        int missing = fault(4) ? random.nextInt(3) : 3;
        boolean rubbish = fault(2);
        for (int i = 0; i < 3; i++) {
            if (i != missing) {
                send(update.shards().get(i));
            }
        }
        ManifestSeen manifest = update.manifest();
        if (rubbish) {
            int[] words = manifest.metaWords().clone();
            words[words.length - 1] ^= 1;
            manifest = new ManifestSeen(manifest.update(), manifest.core(), words);
        }
        send(manifest);
        boolean poisoned = fault(2);
        members.forEach((name, member) -> later(500, () -> share(name, member, update, poisoned)));
        later(4_000, () -> again(silo, update));
    }

    /** A silo that hears of no newer version trains anew from the newest one once its update has ended. */
    private void again(String silo, Sent update) {
        boolean newest = sequences.get(silo) == update.manifest().core().sequence();
        boolean out = log.get(log.size() - 1) instanceof OwnManifestSeen;
        if (newest && isOver(update.key()) && out) {
            train(silo, (OwnManifestSeen) log.get(log.size() - 1));
        } else if (newest && now < end) {
            later(4_000, () -> again(silo, update));
        }
    }

    private void share(String name, SimulatedMember member, Sent update, boolean poisoned) {
        int point = federation.registry().roster().point(name);
        if (poisoned || fault(3)) {
            // A receipt that lies about a bad share leaves it to the vote.
            member.badShare(update.key());
            Optional<Reason> says = poisoned ? Optional.empty() : Optional.of(Reason.SHARE_CHECK_FAILED);
            send(new ReceiptSeen(name, federation.rosterId(), update.ref(), says));
            return;
        }
        member.share(update.key(), update.shares().get(point));
        if (!fault(5)) {
            send(new ReceiptSeen(name, federation.rosterId(), update.ref(), Optional.empty()));
        }
    }
}
