package org.silofold.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.TimeSpan;
import org.silofold.job.event.VoidOrder;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.silo.chain.ChainTerms;
import org.silofold.silo.member.RegistrySnapshot;

/** All that the authority has signed up to some moment, as members, silos and the coordinator see it. Immutable. */
final class Registry {
    static final double CLIP = 1.0;
    static final int MAX_COHORT = 16;
    private static final long FAR = Long.MAX_VALUE / 4;
    private static final long BUFFER_AGE = 500;

    /**
     * A roster.
     *
     * @param silos who may send
     * @param committee the members, the j-th holding point j from 1
     */
    record Seats(int epoch, List<String> silos, List<String> committee) {
        CommitteeSize size() {
            return new CommitteeSize(committee.size());
        }

        int threshold() {
            return size().threshold();
        }

        /** A member's point, from 1; 0 if it has no seat. */
        int point(String member) {
            return committee.indexOf(member) + 1;
        }

        Digest digest() {
            return Federation.digest("roster " + epoch);
        }
    }

    /** What policies differ in. */
    record Terms(
            long sequence,
            int bufferSize,
            int minSameBase,
            int slack,
            int extraResponses,
            int stalenessBound,
            int maxVoids) {}

    private final Federation federation;
    private final long revision;
    private final Seats seats;
    private final Terms terms;
    private final SortedMap<String, TimeSpan> barred;
    private final SortedMap<Long, VoidOrder> voids;
    private final Map<Set<String>, RegistrySnapshot> snapshots = new HashMap<>();
    private Optional<ModelRegistry> coordinators = Optional.empty();

    /**
     * @param revision higher for what is newer
     * @param barred when parties may not speak
     * @param voids orders of void versions, by version
     */
    Registry(
            Federation federation,
            long revision,
            Seats seats,
            Terms terms,
            SortedMap<String, TimeSpan> barred,
            SortedMap<Long, VoidOrder> voids) {
        this.federation = federation;
        this.revision = revision;
        this.seats = seats;
        this.terms = terms;
        this.barred = new TreeMap<>(barred);
        this.voids = new TreeMap<>(voids);
    }

    /** The first one: everybody may speak, the first silos have seats. */
    static Registry first(Federation federation, Terms terms) {
        Seats seats = new Seats(1, federation.silos(), federation.firstCommittee());
        return new Registry(federation, 1, seats, terms, new TreeMap<>(), new TreeMap<>());
    }

    Federation federation() {
        return federation;
    }

    long revision() {
        return revision;
    }

    Seats seats() {
        return seats;
    }

    Terms terms() {
        return terms;
    }

    SortedMap<String, TimeSpan> barred() {
        return barred;
    }

    SortedMap<Long, VoidOrder> voids() {
        return voids;
    }

    /** Whether a party is suspended or revoked at a moment. */
    boolean isBarred(String party, long now) {
        return barred.containsKey(party) && barred.get(party).contains(now);
    }

    /** Whether another one says the same but for orders of void versions. */
    boolean saysTheSame(Registry other) {
        return seats.epoch() == other.seats.epoch()
                && terms.sequence() == other.terms.sequence()
                && barred.equals(other.barred);
    }

    /** Whether the context names a roster or a policy of which this registry has not heard. */
    boolean isBehind(Context context) {
        return context.rosterEpoch() > seats.epoch() || context.policySequence() > terms.sequence();
    }

    /** Whether the context names exactly the roster of this registry. */
    boolean isOfEpoch(Context context) {
        return context.rosterEpoch() == seats.epoch();
    }

    /** What a message of this sender begins with. */
    Context context(String sender, Purpose purpose) {
        return context(seats.epoch(), seats.digest(), terms.sequence(), sender, purpose);
    }

    private static Context context(int epoch, Digest roster, long policy, String sender, Purpose purpose) {
        String suite = Suite.ML_KEM_768_ML_DSA_65.text();
        return new Context(
                Context.VERSION, suite, Federation.NAME, epoch, roster, policy, Federation.MODEL, sender, purpose);
    }

    private static Context document(Purpose purpose) {
        return context(0, Digest.ZERO, 0, "authority", purpose);
    }

    private Policy policy() {
        return new Policy(
                document(Purpose.POLICY),
                terms.sequence(),
                federation.minCohort() - 2,
                federation.minCohort(),
                MAX_COHORT,
                terms.bufferSize(),
                BUFFER_AGE,
                terms.minSameBase(),
                terms.slack(),
                terms.extraResponses(),
                terms.stalenessBound(),
                Federation.EXPIRY,
                Federation.VOTE_TIMEOUT,
                Federation.RESPONSE_TIMEOUT,
                4,
                List.of(Suite.ML_KEM_768_ML_DSA_65.text()),
                Federation.PARAMETER_SET,
                CLIP,
                "uniform",
                100,
                0.5,
                0.01,
                "fedavg",
                1.0,
                0.9,
                0.99,
                1e-3,
                terms.maxVoids(),
                "",
                Optional.empty());
    }

    private Roster roster() {
        return new Roster(
                document(Purpose.ROSTER),
                seats.epoch(),
                seats.epoch(),
                seats.silos(),
                seats.committee(),
                Federation.AGGREGATOR,
                List.of(),
                FAR);
    }

    private SortedMap<String, String> organisations() {
        SortedMap<String, String> enrolled = new TreeMap<>(federation.organisations());
        enrolled.keySet().retainAll(seats.silos());
        return enrolled;
    }

    /** What a member takes from it at a moment. */
    RegistrySnapshot memberView(long now) {
        Set<String> out = new HashSet<>(barred.keySet());
        out.removeIf(party -> !isBarred(party, now));
        return snapshots.computeIfAbsent(
                out,
                revoked -> new RegistrySnapshot(
                        Federation.NAME,
                        roster(),
                        seats.digest(),
                        Map.of(Federation.MODEL, new RegistrySnapshot.ModelRules(policy(), Federation.SPEC_DIGEST)),
                        organisations(),
                        Map.of(),
                        revoked));
    }

    /** What the coordinator takes from it. */
    ModelRegistry coordinatorView() {
        if (coordinators.isEmpty()) {
            SortedMap<String, List<TimeSpan>> revoked = new TreeMap<>();
            barred.forEach((party, span) -> revoked.put(party, List.of(span)));
            ModelSpec spec = new ModelSpec(
                    document(Purpose.MODEL_SPEC),
                    1,
                    List.of(new TensorSpec("w", List.of(federation.ring().set().n()))),
                    List.of(),
                    Federation.INITIAL_ROOT);
            coordinators = Optional.of(new ModelRegistry(
                    context(Federation.AGGREGATOR, Purpose.UNMASK_REQUEST),
                    roster(),
                    policy(),
                    spec,
                    Federation.SPEC_DIGEST,
                    organisations(),
                    revoked));
        }
        return coordinators.get();
    }

    /** What keepers of the chain take from it. */
    ChainTerms chainTerms(long version) {
        return new ChainTerms(
                Federation.NAME,
                Federation.SPEC_DIGEST,
                Federation.INITIAL_ROOT,
                1,
                terms.sequence(),
                terms.maxVoids(),
                Optional.of(new ChainTerms.NamedPolicy(Optional.empty())),
                Optional.ofNullable(voids.get(version))
                        .map(order -> new ChainTerms.AllowedVoid(order.document(), order.previousDigest())));
    }
}
