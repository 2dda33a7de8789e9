package org.silofold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.UpdateRef;

/** What a malicious aggregator, f members and x silos can bring about, and what they can compute from all they get. */
class MaliciousAggregatorTest {
    private static final EnumSet<Happening> NOT_HERE = EnumSet.of(
            Happening.COHORT_OUT_OF_BOUNDS,
            Happening.COHORT_DOES_NOT_OPEN,
            Happening.MANIFEST_OVERTAKEN,
            Happening.AGGREGATOR_RESTART,
            Happening.AGGREGATOR_FROM_SAVEPOINT,
            Happening.AGGREGATOR_TRANSACTION_LOST);

    @Test
    void noTwoCohortsThatShareAnUpdateOpenAndNoSingleSecretFollows() {
        Tally tally = new Tally();
        HonestAggregatorTest.forEachSeed(600, seed -> {
            try (AttackWorld world = new AttackWorld(seed)) {
                world.run();
                for (Leak leak : leaks(world)) {
                    assertThat(leak.solve()).as("secrets that follow").isEmpty();
                    tally.count("sums known", leak.equationsOnSecrets() / SmallRing.SET.n());
                }
                tally.run(world);
                tally.count("requests", world.requests());
                tally.count("two updates of one base asked for", world.triedTwice());
                tally.count("cohorts called broken", world.calledBroken());
                tally.count("cohorts opened", world.ledger.responses().size());
            }
        });
        tally.print();
        tally.requirePerRun("cohorts opened", 0.25);
        tally.requirePerRun("sums known", 0.25);
        tally.requirePerRun("two updates of one base asked for", 0.25);
        tally.requirePerRun("cohorts called broken", 0.25);
        tally.requireEach(EnumSet.complementOf(NOT_HERE));
    }

    /** For each epoch all that was given away in it. No equation holds shares of two epochs: there is nothing to be gained from them together. */
    private static List<Leak> leaks(AttackWorld world) {
        Map<Integer, List<Map.Entry<Ledger.Asked, Map<String, int[]>>>> answered = new TreeMap<>();
        world.ledger.responses().forEach((digest, responses) -> {
            Ledger.Asked asked = world.ledger.cohorts().get(digest);
            answered.computeIfAbsent(asked.seats().epoch(), epoch -> new ArrayList<>())
                    .add(Map.entry(asked, responses));
        });
        List<Leak> leaks = new ArrayList<>();
        answered.forEach((epoch, all) -> {
            Registry.Seats seats = world.authority.seats(epoch);
            List<UpdateRef> refs = all.stream()
                    .flatMap(entry -> entry.getKey().cohort().stream())
                    .distinct()
                    .toList();
            Leak leak = leak(world, seats, refs);
            all.forEach(entry -> entry.getValue()
                    .forEach((member, words) -> leak.answered(
                            seats.point(member), updates(world, entry.getKey().cohort()), words)));
            leaks.add(leak);
        });
        return leaks;
    }

    /** The attack works against members that answer whoever asks: so the test above can fail. */
    @Test
    void withoutCertificatesSecretsAreSolvedFor() {
        Tally tally = new Tally();
        HonestAggregatorTest.forEachSeed(20, seed -> {
            try (AttackWorld world = new AttackWorld(seed)) {
                world.run();
                Registry.Seats seats = world.authority.seats(1);
                List<List<UpdateRef>> asked = world.ledger.cohorts().values().stream()
                        .map(Ledger.Asked::cohort)
                        .filter(cohort -> updates(world, cohort).stream()
                                .allMatch(update -> update.core().context().rosterEpoch() == 1))
                        .toList();
                Leak leak = leak(
                        world,
                        seats,
                        asked.stream().flatMap(List::stream).distinct().limit(8).toList());
                for (List<UpdateRef> cohort : asked) {
                    for (String member : seats.committee()) {
                        int seat = seats.point(member);
                        List<MadeUpdate> updates = updates(world, cohort);
                        if (!world.scenario.liars().contains(member) && leak.knowsAll(updates)) {
                            leak.answered(seat, updates, careless(seat, updates));
                        }
                    }
                }
                List<Leak.Found> found = leak.solve();
                assertThat(found).allMatch(Leak.Found::right);
                tally.count("runs", 1);
                tally.count(
                        "secrets",
                        found.stream()
                                .filter(secret -> secret.equations() >= SmallRing.SET.n())
                                .count());
            }
        });
        tally.print();
        tally.requirePerRun("secrets", 1);
    }

    /** What a member that knows no certificates would answer: a sum over any cohort. */
    private static int[] careless(int seat, List<MadeUpdate> cohort) {
        return SimulatedRing.sum(
                SmallRing.SET,
                cohort.stream().map(update -> update.shares().get(seat - 1)).toList());
    }

    /** Members that forget what they promised, or what they voted for, are caught by what is checked after every event. */
    @Test
    void membersThatForgetAreFoundOut() {
        assertThat(found("withdrawn WHERE marked = 1")).as("without promises").contains("an update that is free");
        assertThat(found("locks")).as("without locks").contains("two certified cohorts");
    }

    /** What the checks find over some seeds in which members forget rows of their memory. */
    private static String found(String rows) {
        StringBuilder found = new StringBuilder();
        for (long seed = 0; seed < 60; seed++) {
            try (AttackWorld world = new AttackWorld(seed)) {
                world.members.forget(rows);
                world.run();
            } catch (AssertionError e) {
                found.append(e.getMessage()).append('\n');
            }
        }
        return found.toString();
    }

    private static Leak leak(AttackWorld world, Registry.Seats seats, List<UpdateRef> refs) {
        Leak leak = new Leak(seats.threshold(), updates(world, refs), world.scenario.corrupt());
        seats.committee().stream()
                .filter(world.scenario.liars()::contains)
                .forEach(liar -> leak.maliciousMember(seats.point(liar)));
        return leak;
    }

    private static List<MadeUpdate> updates(AttackWorld world, List<UpdateRef> refs) {
        return refs.stream().map(world.manifests::get).collect(Collectors.toList());
    }
}
