package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Simulation.Input;
import org.silofold.job.event.CoordinatorEvent;
import org.silofold.job.event.CoordinatorEvent.OwnFenceSeen;
import org.silofold.job.event.CoordinatorEvent.OwnManifestSeen;
import org.silofold.job.event.CoordinatorEvent.OwnRequestSeen;
import org.silofold.job.event.FoldCommand;
import org.silofold.job.event.PublishCommand;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateFate;

class SimulationTest {
    private static Simulation run(long seed, boolean faulty, boolean roundTrips) {
        Simulation simulation = new Simulation(seed, new ToyMask(), faulty, roundTrips);
        simulation.run();
        return simulation;
    }

    @Test
    void everyUpdateEndsOnceAndVersionsKeepComing() {
        long versions = 0;
        Map<String, Long> kinds = new TreeMap<>();
        for (long seed = 0; seed < 200; seed++) {
            Simulation simulation = run(seed, true, false);
            assertThat(simulation.state.liveUpdates()).as("seed " + seed).isZero();
            assertThat(simulation.sent.keySet()).as("seed " + seed).allMatch(simulation::isOver);
            versions += simulation.state.publishedVersion().orElseThrow();
            simulation.fates.values().stream()
                    .flatMap(List::stream)
                    .map(f -> f.kind().code()
                            + f.reason().map(r -> " " + r.code()).orElse(""))
                    .forEach(kind -> kinds.merge(kind, 1L, Long::sum));
        }
        assertThat(versions).isGreaterThan(400);
        assertThat(kinds)
                .containsKeys(
                        "accepted",
                        "joined",
                        "in-version",
                        "refused incomplete",
                        "refused superseded",
                        "refused share-check-failed",
                        "spent not-answered",
                        "spent cohort-broken");
    }

    @Test
    void honestPartiesLoseNothingToTheProtocol() {
        for (long seed = 0; seed < 100; seed++) {
            Simulation simulation = run(seed, false, false);
            assertThat(simulation.state.publishedVersion().orElseThrow()).isGreaterThan(5);
            assertThat(simulation.fates.values()).as("seed " + seed).allSatisfy(told -> assertThat(
                            told.get(told.size() - 1).kind())
                    .isNotEqualTo(UpdateFate.Kind.SPENT));
        }
    }

    @Test
    void theSameWithTheProtocolsOwnMathematics() {
        long versions = 0;
        for (long seed = 0; seed < 5; seed++) {
            Simulation simulation = new Simulation(seed, new RingMask(), true, false);
            simulation.run();
            versions += simulation.state.publishedVersion().orElseThrow();
            assertThat(simulation.sent.keySet()).allMatch(simulation::isOver);
        }
        assertThat(versions).isGreaterThan(5);
    }

    @Test
    void goingThroughTheCodecChangesNothing() {
        for (long seed = 0; seed < 60; seed++) {
            List<String> plain = trace(run(seed, true, false));
            List<String> restored = trace(run(seed, true, true));
            assertThat(restored).as("seed " + seed).isEqualTo(plain);
        }
    }

    /** The effects as text, with arrays by content. */
    private static List<String> trace(Simulation simulation) {
        return simulation.effects.stream()
                .map(e -> e.fold().stream().map(SimulationTest::text).toList() + " "
                        + e.requests().stream()
                                .map(r -> r.buffer() + " " + r.cohort() + r.expiryMillis()
                                        + r.abandonments().stream()
                                                .map(Arrays::hashCode)
                                                .toList())
                                .toList()
                        + e.fates() + e.audit() + e.publish() + e.wakeUpAt())
                .toList();
    }

    private static String text(FoldCommand command) {
        return command instanceof FoldCommand.Open open
                ? "Open " + open.accumulator() + open.version() + Arrays.toString(open.secretSum())
                : command.toString();
    }

    /**
     * The state goes back to an older one and the inputs since then come again, after the aggregator's own log. No buffer gets another
     * cohort, no certified update a second one, and every version that is out is recomputed, compared and not published again.
     */
    @Test
    void afterARestoreFromOlderStateTheLogWins() {
        for (long seed = 0; seed < 60; seed++) {
            Simulation simulation = run(seed, true, false);
            int from = simulation.inputs.size() * (int) (seed % 10) / 10;
            CoordinatorState state = stateAfter(simulation, from);
            Map<Buffer, Digest> logged = simulation.log.stream()
                    .filter(OwnRequestSeen.class::isInstance)
                    .map(e -> ((OwnRequestSeen) e).request())
                    .collect(Collectors.toMap(UnmaskRequest::buffer, SimulatedMember::digest, (first, again) -> {
                        assertThat(again).as("the same cohort when asked again").isEqualTo(first);
                        return first;
                    }));
            Simulation again = new Simulation(seed, new ToyMask(), true, false);
            state = StateCodec.decode(StateCodec.encode(state));
            again.now = simulation.inputs.get(simulation.inputs.size() - 1).at();
            again.effects.add(again.coordinator.on(state, Federation.start("again"), again.now));
            for (var event : simulation.log) {
                deliver(again, state, event);
            }
            deliver(again, state, new OwnFenceSeen("again", OwnFenceSeen.Among.REQUESTS));
            deliver(again, state, new OwnFenceSeen("again", OwnFenceSeen.Among.MANIFESTS));
            for (CoordinatorEvent event : readAgain(simulation, from)) {
                deliver(again, state, event);
            }
            assertThat(again.effects).as("said once").allMatch(e -> e.broken().isEmpty());
            assertThat(state.publishedVersion()).as("seed " + seed).isEqualTo(simulation.state.publishedVersion());
            again.effects.stream().flatMap(e -> e.requests().stream()).forEach(request -> assertThat(
                            logged.getOrDefault(request.buffer(), SimulatedMember.digest(request)))
                    .isEqualTo(SimulatedMember.digest(request)));
            Map<Long, OwnManifestSeen> manifests = simulation.log.stream()
                    .filter(OwnManifestSeen.class::isInstance)
                    .map(OwnManifestSeen.class::cast)
                    .collect(Collectors.toMap(m -> m.manifest().version(), m -> m));
            again.effects.stream().flatMap(e -> e.publish().stream()).forEach(command -> compare(command, manifests));
            assertThat(inVersions(again)).isSubsetOf(inVersions(simulation));
            requireFates(seed, simulation, from, again, state);
        }
    }

    /** The same with everything read at once, at any speeds, and no order but that each place keeps its own. */
    @Test
    void behindItsFencesARestoredJobMayReadInAnyOrder() {
        for (long seed = 0; seed < 60; seed++) {
            Simulation simulation = run(seed, true, false);
            int from = simulation.inputs.size() * (int) (seed % 10) / 10;
            CoordinatorState state = stateAfter(simulation, from);
            Map<Buffer, Digest> logged = simulation.log.stream()
                    .filter(OwnRequestSeen.class::isInstance)
                    .map(e -> ((OwnRequestSeen) e).request())
                    .collect(Collectors.toMap(UnmaskRequest::buffer, SimulatedMember::digest, (first, again) -> {
                        assertThat(again).as("the same cohort when asked again").isEqualTo(first);
                        return first;
                    }));
            Simulation again = new Simulation(seed, new ToyMask(), true, false);
            state = StateCodec.decode(StateCodec.encode(state));
            again.now = simulation.inputs.get(simulation.inputs.size() - 1).at();
            again.effects.add(again.coordinator.on(state, Federation.start("again"), again.now));
            Random random = new Random(seed);
            Deque<CoordinatorEvent> log = new ArrayDeque<>(simulation.log);
            log.add(new OwnFenceSeen("again", OwnFenceSeen.Among.REQUESTS));
            log.add(new OwnFenceSeen("again", OwnFenceSeen.Among.MANIFESTS));
            Deque<CoordinatorEvent> inputs = new ArrayDeque<>(readAgain(simulation, from));
            while (!log.isEmpty() || !inputs.isEmpty()) {
                boolean fromLog = inputs.isEmpty() || (!log.isEmpty() && random.nextInt(40) == 0);
                CoordinatorEvent event = fromLog ? log.remove() : inputs.remove();
                boolean behind = state.fence().isPresent();
                Effects effects = deliver(again, state, event);
                if (behind && state.fence().isPresent()) {
                    assertThat(effects.requests()).isEmpty();
                    assertThat(effects.publish()).isEmpty();
                    assertThat(effects.fates()).isEmpty();
                }
            }
            assertThat(again.effects).as("said once").allMatch(e -> e.broken().isEmpty());
            assertThat(state.publishedVersion()).as("seed " + seed).isEqualTo(simulation.state.publishedVersion());
            again.effects.stream().flatMap(e -> e.requests().stream()).forEach(request -> assertThat(
                            logged.getOrDefault(request.buffer(), SimulatedMember.digest(request)))
                    .isEqualTo(SimulatedMember.digest(request)));
            Map<Long, OwnManifestSeen> manifests = simulation.log.stream()
                    .filter(OwnManifestSeen.class::isInstance)
                    .map(OwnManifestSeen.class::cast)
                    .collect(Collectors.toMap(m -> m.manifest().version(), m -> m));
            again.effects.stream().flatMap(e -> e.publish().stream()).forEach(command -> compare(command, manifests));
            assertThat(inVersions(again)).isSubsetOf(inVersions(simulation));
            requireFates(seed, simulation, from, again, state);
        }
    }

    /**
     * Has the coordinator handle an event, and read back that each version which the log holds came out the same. Where it calls for the last
     * time, nobody answers.
     */
    private static Effects deliver(Simulation again, CoordinatorState state, CoordinatorEvent event) {
        Effects effects = again.coordinator.on(state, event, again.now);
        again.effects.add(effects);
        effects.publish().forEach(command -> command.confirmation()
                .ifPresent(id -> deliver(again, state, new OwnFenceSeen(id.toString(), OwnFenceSeen.Among.MANIFESTS))));
        if (effects.fence()) {
            String start = "last call at " + again.now;
            deliver(again, state, Federation.start(start));
            deliver(again, state, new OwnFenceSeen(start, OwnFenceSeen.Among.REQUESTS));
            deliver(again, state, new OwnFenceSeen(start, OwnFenceSeen.Among.MANIFESTS));
        }
        boolean calledInVain = event instanceof OwnFenceSeen
                && state.fence().isEmpty()
                && state.inFlight().orElse(null) instanceof Awaiting awaiting
                && awaiting.isLastCall();
        if (calledInVain) {
            again.now += Math.max(Federation.VOTE_TIMEOUT, Federation.RESPONSE_TIMEOUT);
            deliver(again, state, new CoordinatorEvent.Timer());
        }
        return effects;
    }

    /** What came since then but for starts, which are in no topic. */
    private static List<CoordinatorEvent> readAgain(Simulation simulation, int from) {
        return simulation.inputs.subList(from, simulation.inputs.size()).stream()
                .map(Input::event)
                .filter(event -> !(event instanceof CoordinatorEvent.Started))
                .toList();
    }

    private static CoordinatorState stateAfter(Simulation simulation, int inputs) {
        CoordinatorState state = Federation.newState();
        for (Input input : simulation.inputs.subList(0, inputs)) {
            simulation.coordinator.on(state, input.event(), input.at());
        }
        return state;
    }

    private static void compare(PublishCommand command, Map<Long, OwnManifestSeen> manifests) {
        OwnManifestSeen logged = manifests.get(command.version());
        assertThat(command.published()).contains(logged.digest());
        assertThat(command.manifest(logged.manifest().shardsRoot())).isEqualTo(logged.manifest());
    }

    /** Every update that was sent has one final fate, said once or again the same, from before the state was kept or since, or is waited for. */
    private static void requireFates(
            long seed, Simulation simulation, int from, Simulation again, CoordinatorState state) {
        Map<UpdateKey, Long> told = Stream.concat(simulation.effects.subList(0, from).stream(), again.effects.stream())
                .flatMap(e -> e.fates().stream())
                .filter(f -> f.kind().isFinal())
                .distinct()
                .collect(Collectors.groupingBy(
                        f -> new UpdateKey(f.silo(), f.updateId()), TreeMap::new, Collectors.counting()));
        for (UpdateKey update : simulation.sent.keySet()) {
            assertThat(told.getOrDefault(update, 0L))
                    .as("seed " + seed + ", final fates of " + update)
                    .isEqualTo(state.updates().containsKey(update) ? 0 : 1);
        }
    }

    private static List<UpdateKey> inVersions(Simulation simulation) {
        return simulation.effects.stream()
                .flatMap(e -> e.fates().stream())
                .filter(f -> f.kind() == UpdateFate.Kind.IN_VERSION)
                .map(f -> new UpdateKey(f.silo(), f.updateId()))
                .toList();
    }
}
