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
 * @param liars malicious members, at most f
 * @param corrupt malicious silos, at most minCohort - 2 organisations
 * @param steps events before the network heals
 * @param roughness how often things go wrong, 0 to 3
 */
record Scenario(Federation federation, Set<String> liars, Set<String> corrupt, int steps, int roughness) {
    private static final List<Integer> SIZES = List.of(3, 4, 4, 4, 4, 5, 7);

    static Scenario of(Random random) {
        int members = SIZES.get(random.nextInt(SIZES.size()));
        int silos = members + random.nextInt(3);
        boolean twins = silos > members && random.nextInt(3) == 0;
        int minCohort = 2 + random.nextInt(2);
        CommitteeSize size = new CommitteeSize(members);
        Federation federation = new Federation(new Federation.Shape(
                members,
                silos,
                twins,
                minCohort,
                minCohort + random.nextInt(2),
                1 + random.nextInt(2),
                random.nextInt(size.faults() + 1),
                random.nextInt(2),
                random.nextInt(4)));
        Set<String> liars = new TreeSet<>();
        List<String> shuffled = new ArrayList<>(federation.committee());
        Collections.shuffle(shuffled, random);
        liars.addAll(shuffled.subList(0, random.nextInt(size.faults() + 1)));
        Set<String> corrupt = new TreeSet<>();
        for (int i = 0; i < minCohort - 2; i++) {
            corrupt.add(federation.silos().get(random.nextInt(federation.silos().size())));
        }
        return new Scenario(federation, liars, corrupt, 150 + random.nextInt(150), random.nextInt(4));
    }
}
