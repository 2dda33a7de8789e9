package org.silofold.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.protocol.message.Digest;

/** Who is enrolled, and what never changes: the ring, the model, the least number of organisations in a cohort. */
final class Federation {
    static final String NAME = "simulated";
    static final String MODEL = "m";
    static final String AGGREGATOR = "aggregator";
    static final String PARAMETER_SET = "MASK-2048-32";
    static final Digest SPEC_DIGEST = digest("spec");
    static final Digest INITIAL_ROOT = digest("initial root");
    static final long EXPIRY = 60_000;
    static final long VOTE_TIMEOUT = 2_000;
    /** How long after a withdrawal a request from before it may be open (docs/protocol.md, 6.5.1). */
    static final long LONGEST_REQUEST = 2 * VOTE_TIMEOUT + 5_000;

    static final long RESPONSE_TIMEOUT = 2_000;

    /**
     * What a seed chooses.
     *
     * @param members n of the first committee: the first n silos
     * @param silos how many silos, n or more
     * @param twins whether the last two silos are of one organisation
     * @param minCohort fewest organisations in a cohort
     */
    record Shape(int members, int silos, boolean twins, int minCohort) {}

    private final Shape shape;
    private final SimulatedRing ring;
    private final List<String> silos = new ArrayList<>();
    private final SortedMap<String, String> organisations = new TreeMap<>();

    Federation(Shape shape, SimulatedRing ring) {
        this.shape = shape;
        this.ring = ring;
        for (int i = 0; i < shape.silos(); i++) {
            String silo = "s" + (char) ('a' + i);
            silos.add(silo);
            boolean twin = shape.twins() && i == shape.silos() - 1;
            organisations.put(silo, twin ? "org-" + silos.get(i - 1) : "org-" + silo);
        }
    }

    static Digest digest(String text) {
        return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    SimulatedRing ring() {
        return ring;
    }

    int minCohort() {
        return shape.minCohort();
    }

    /** Everybody but the aggregator. Silos sit in the committee, so these are the parties too. */
    List<String> silos() {
        return silos;
    }

    /** The committee of the first roster. */
    List<String> firstCommittee() {
        return silos.subList(0, shape.members());
    }

    /** A silo's number, from 0. */
    int number(String silo) {
        return silos.indexOf(silo);
    }

    SortedMap<String, String> organisations() {
        return organisations;
    }

    String organisation(String silo) {
        return organisations.get(silo);
    }
}
