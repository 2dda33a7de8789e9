package org.silofold.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.UpdateRef;

/** What a malicious aggregator, f members and x silos can bring about, and what they can compute from all they get. */
class MaliciousAggregatorTest {
    private static AttackWorld attack(long seed) {
        AttackWorld world = new AttackWorld(seed);
        world.run();
        return world;
    }

    @Test
    void noTwoCohortsThatShareAnUpdateOpenAndNoSingleSecretFollows() {
        Tally tally = new Tally();
        HonestAggregatorTest.forEachSeed(800, seed -> {
            try (AttackWorld world = attack(seed)) {
                Leak leak = leak(
                        world,
                        world.ledger.responses().keySet().stream()
                                .flatMap(cohort -> world.ledger.cohorts().get(cohort).stream())
                                .distinct()
                                .toList());
                world.ledger.responses().forEach((cohort, responses) -> {
                    List<MadeUpdate> updates =
                            updates(world, world.ledger.cohorts().get(cohort));
                    responses.forEach((member, words) -> leak.answered(seat(world, member), updates, words));
                });
                assertThat(leak.solve()).as("secrets that follow").isEmpty();
                tally.count("runs", 1);
                tally.count("requests", world.requests());
                tally.count("cohorts opened", world.ledger.responses().size());
                tally.count("sums known", leak.equationsOnSecrets() / SmallRing.SET.n());
            }
        });
        tally.print();
        tally.requirePerRun("cohorts opened", 0.25);
        tally.requirePerRun("sums known", 0.25);
    }

    /** The attack works against members that answer whoever asks: so the test above can fail. */
    @Test
    void withoutCertificatesSecretsAreSolvedFor() {
        Tally tally = new Tally();
        HonestAggregatorTest.forEachSeed(20, seed -> {
            try (AttackWorld world = attack(seed)) {
                List<List<UpdateRef>> asked =
                        new ArrayList<>(world.ledger.cohorts().values());
                Leak leak = leak(
                        world,
                        asked.stream().flatMap(List::stream).distinct().limit(8).toList());
                for (List<UpdateRef> cohort : asked) {
                    for (String member : world.federation.committee()) {
                        int seat = seat(world, member);
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
                                .filter(secret -> secret.equations() == SmallRing.SET.n())
                                .count());
            }
        });
        tally.print();
        tally.requirePerRun("secrets", 1);
    }

    /** What a member that knows no certificates would answer: a sum over any cohort. */
    private static int[] careless(int seat, List<MadeUpdate> cohort) {
        return SmallRing.sum(
                cohort.stream().map(update -> update.shares().get(seat - 1)).toList());
    }

    private static Leak leak(AttackWorld world, List<UpdateRef> refs) {
        Leak leak = new Leak(world.federation, updates(world, refs), world.scenario.corrupt());
        world.scenario.liars().forEach(liar -> leak.maliciousMember(seat(world, liar)));
        return leak;
    }

    private static List<MadeUpdate> updates(AttackWorld world, List<UpdateRef> refs) {
        return refs.stream().map(world.manifests::get).collect(Collectors.toList());
    }

    private static int seat(AttackWorld world, String member) {
        return world.federation.committee().indexOf(member) + 1;
    }
}
