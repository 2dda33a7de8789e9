package org.silofold.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.event.ModelRegistry;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.silo.member.RegistrySnapshot;

/** Who takes part and under which policy: the registry as members see it, and as the coordinator sees it. */
final class Federation {
    static final String MODEL = "m";
    static final String AGGREGATOR = "aggregator";
    static final String PARAMETER_SET = "MASK-2048-32";
    static final Digest ROSTER_DIGEST = digest("roster");
    static final Digest SPEC_DIGEST = digest("spec");
    static final Digest INITIAL_ROOT = digest("initial root");
    static final int PARAMETERS = SmallRing.SET.n();
    static final long EXPIRY = 60_000;
    static final long VOTE_TIMEOUT = 4_000;
    static final long RESPONSE_TIMEOUT = 4_000;
    private static final long FAR = Long.MAX_VALUE / 4;

    /**
     * What a seed chooses.
     *
     * @param members n; the first n silos have a seat
     * @param silos how many silos, n or more
     * @param twins whether the last two silos are of one organisation
     */
    record Shape(
            int members,
            int silos,
            boolean twins,
            int minCohort,
            int bufferSize,
            int minSameBase,
            int slack,
            int extraResponses,
            int stalenessBound) {}

    private final Shape shape;
    private final List<String> silos = new ArrayList<>();
    private final SortedMap<String, String> organisations = new TreeMap<>();
    private final Map<Long, RegistrySnapshot> snapshots = new HashMap<>();
    private final Map<Long, ModelRegistry> registries = new HashMap<>();

    Federation(Shape shape) {
        this.shape = shape;
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

    Shape shape() {
        return shape;
    }

    List<String> silos() {
        return silos;
    }

    List<String> committee() {
        return silos.subList(0, shape.members());
    }

    CommitteeSize size() {
        return new CommitteeSize(shape.members());
    }

    String organisation(String silo) {
        return organisations.get(silo);
    }

    /** What a message of this sender begins with. */
    static Context context(String sender, Purpose purpose, long policySequence) {
        return new Context(
                Context.VERSION,
                Suite.ML_KEM_768_ML_DSA_65.text(),
                "simulated",
                1,
                ROSTER_DIGEST,
                policySequence,
                MODEL,
                sender,
                purpose);
    }

    private static Context document(Purpose purpose) {
        return new Context(
                Context.VERSION,
                Suite.ML_KEM_768_ML_DSA_65.text(),
                "simulated",
                0,
                Digest.ZERO,
                0,
                MODEL,
                "authority",
                purpose);
    }

    Policy policy(long sequence) {
        return new Policy(
                document(Purpose.POLICY),
                sequence,
                0,
                shape.minCohort(),
                16,
                shape.bufferSize(),
                500,
                shape.minSameBase(),
                shape.slack(),
                shape.extraResponses(),
                shape.stalenessBound(),
                EXPIRY,
                VOTE_TIMEOUT,
                RESPONSE_TIMEOUT,
                4,
                List.of(Suite.ML_KEM_768_ML_DSA_65.text()),
                PARAMETER_SET,
                1.0,
                "uniform",
                100,
                0.5,
                0.01,
                "fedavg",
                1.0,
                0.9,
                0.99,
                1e-3,
                0,
                "",
                Optional.empty());
    }

    private Roster roster() {
        return new Roster(document(Purpose.ROSTER), 1, 1, silos, committee(), AGGREGATOR, List.of(), FAR);
    }

    /** The registry of a member that has seen this policy and no later one. */
    RegistrySnapshot memberView(long policySequence) {
        return snapshots.computeIfAbsent(
                policySequence,
                sequence -> new RegistrySnapshot(
                        "simulated",
                        roster(),
                        ROSTER_DIGEST,
                        Map.of(MODEL, new RegistrySnapshot.ModelRules(policy(sequence), SPEC_DIGEST)),
                        organisations,
                        Map.of(),
                        Set.of()));
    }

    /** The registry of a coordinator that has seen this policy and no later one. */
    ModelRegistry coordinatorView(long policySequence) {
        return registries.computeIfAbsent(
                policySequence,
                sequence -> new ModelRegistry(
                        context(AGGREGATOR, Purpose.UNMASK_REQUEST, sequence),
                        roster(),
                        policy(sequence),
                        new ModelSpec(
                                document(Purpose.MODEL_SPEC),
                                1,
                                List.of(new TensorSpec("w", List.of(PARAMETERS))),
                                List.of(),
                                INITIAL_ROOT),
                        SPEC_DIGEST,
                        organisations,
                        new TreeMap<>()));
    }
}
