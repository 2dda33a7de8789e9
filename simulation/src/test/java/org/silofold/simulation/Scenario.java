package org.silofold.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.silofold.protocol.params.CommitteeSize;

/**
 * What a seed decides before the first event.
 *
 * @param federation who takes part
 * @param terms of the first policy
 * @param liars malicious members, at most f of every committee
 * @param corrupt malicious silos, at most minCohort - 2 organisations, which pool what they know with the aggregator
 * @param saboteurs silos that break cohorts
 * @param steps events before the network heals
 * @param pace most milliseconds between two of them
 * @param roughness how often things go wrong, 0 to 3
 * @param restlessness how often the authority signs something and silos take updates back, 0 to 3
 */
record Scenario(
        Federation federation,
        Registry.Terms terms,
        Set<String> liars,
        Set<String> corrupt,
        Set<String> saboteurs,
        int steps,
        int pace,
        int roughness,
        int restlessness) {
    /** Sizes of committees, the usual one more often. */
    static final List<Integer> SIZES = List.of(3, 4, 4, 4, 4, 5, 7);

    private static final List<Integer> PACES = List.of(20, 20, 50, 80);

    static Scenario of(Random random, SimulatedRing ring) {
        int members = SIZES.get(random.nextInt(SIZES.size()));
        int silos = members + random.nextInt(3);
        boolean twins = silos > members && random.nextInt(3) == 0;
        int minCohort = 2 + random.nextInt(2);
        CommitteeSize size = new CommitteeSize(members);
        Federation federation = new Federation(new Federation.Shape(members, silos, twins, minCohort), ring);
        Registry.Terms terms = Authority.terms(random, 1, minCohort, size.faults());
        Set<String> liars = new TreeSet<>();
        List<String> shuffled = new ArrayList<>(federation.firstCommittee());
        Collections.shuffle(shuffled, random);
        liars.addAll(shuffled.subList(0, random.nextInt(size.faults() + 1)));
        Set<String> corrupt = new TreeSet<>();
        for (int i = 0; i < minCohort - 2; i++) {
            corrupt.add(federation.silos().get(random.nextInt(silos)));
        }
        Set<String> saboteurs =
                random.nextInt(3) == 0 ? Set.of(federation.silos().get(random.nextInt(silos))) : Set.of();
        return new Scenario(
                federation,
                terms,
                liars,
                corrupt,
                saboteurs,
                200 + random.nextInt(400),
                PACES.get(random.nextInt(PACES.size())),
                random.nextInt(4),
                random.nextInt(4));
    }
}
