package org.silofold.job.coordinate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.event.CoordinatorEvent.ManifestSeen;
import org.silofold.job.event.CoordinatorEvent.ShardSeen;
import org.silofold.job.event.CoordinatorEvent.Started;
import org.silofold.job.event.LotKey;
import org.silofold.job.event.ModelRegistry;
import org.silofold.job.event.RosterId;
import org.silofold.job.event.Terms;
import org.silofold.job.event.TimeSpan;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Privacy;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.TensorSpec;

/** A federation of n silos, each of its own organisation and with a seat, and what its silos send. */
final class Federation {
    static final long EXPIRY = 60_000;
    static final long VOTE_TIMEOUT = 2_000;
    static final long RESPONSE_TIMEOUT = 3_000;
    static final long AGE = 1_000;
    static final long FAR = Long.MAX_VALUE / 4;
    private static final Context DOCUMENT = new Context(
            Context.VERSION,
            Suite.ML_KEM_768_ML_DSA_65.text(),
            "fed",
            0,
            Digest.ZERO,
            0,
            "m",
            "authority",
            Purpose.POLICY);

    /** Knobs of the policy that tests turn. */
    record Knobs(int minCohort, int maxCohort, int bufferSize, int minSameBase, int slack, int extra, int staleness) {
        static Knobs plain(int bufferSize) {
            return new Knobs(2, 16, bufferSize, 1, 0, 0, 3);
        }
    }

    /** An update as its silo made it. */
    record Sent(
            UpdateKey key,
            double weight,
            List<ShardSeen> shards,
            ManifestSeen manifest,
            SortedMap<Integer, int[]> shares) {
        UpdateRef ref() {
            return manifest.update();
        }
    }

    private final int silos;
    private final Knobs knobs;
    private final TestMask mask;
    private int epoch = 1;
    private long policySequence = 1;
    private long expiry = FAR;
    private long now;
    private int maxVoids;
    private Optional<Privacy> privacy = Optional.empty();
    private Optional<ModelRegistry> registry = Optional.empty();

    Federation(int silos, Knobs knobs, TestMask mask) {
        this.silos = silos;
        this.knobs = knobs;
        this.mask = mask;
    }

    /** A start of this id, with a key of its own for lots. */
    static Started start(String id) {
        return new Started(id, lotKey(id));
    }

    /** The state of a job that was started and has read its log. */
    static CoordinatorState newState() {
        CoordinatorState state = new CoordinatorState();
        state.setLotKey(lotKey("first"));
        return state;
    }

    private static LotKey lotKey(String start) {
        return LotKey.of(digest("lot key of " + start).toBytes());
    }

    static Digest digest(String text) {
        return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    TestMask mask() {
        return mask;
    }

    Knobs knobs() {
        return knobs;
    }

    /** Updates that are made from now on live as long as members let them, unless {@link #expireAt} says otherwise. */
    void at(long nowMillis) {
        now = nowMillis;
    }

    /** The expiry of updates made from now on. */
    void expireAt(long millis) {
        expiry = millis;
    }

    void allowVoids(int most) {
        maxVoids = most;
        registry = Optional.empty();
    }

    void ask(Privacy asked) {
        privacy = Optional.of(asked);
        registry = Optional.empty();
    }

    void nextPolicy() {
        policySequence++;
        registry = Optional.empty();
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < silos; i++) {
            names.add("s" + (char) ('a' + i));
        }
        return names;
    }

    int threshold() {
        return new CommitteeSize(silos).threshold();
    }

    ModelRegistry registry() {
        if (registry.isEmpty()) {
            SortedMap<String, String> organisations = new TreeMap<>();
            names().forEach(name -> organisations.put(name, "org-" + name));
            registry = Optional.of(registry(organisations, new TreeMap<>()));
        }
        return registry.get();
    }

    ModelRegistry registry(SortedMap<String, String> organisations, SortedMap<String, List<TimeSpan>> revoked) {
        Roster roster = new Roster(DOCUMENT, epoch, epoch, names(), names(), "aggregator", List.of(), FAR);
        ModelSpec spec = new ModelSpec(
                DOCUMENT,
                1,
                List.of(new TensorSpec("w", List.of(400, 1000))),
                privacy.isPresent() ? List.of() : List.of(new MetricSpec("loss", 0, 10)),
                digest("initial root"));
        Context current = new Context(
                Context.VERSION,
                DOCUMENT.suite(),
                "fed",
                epoch,
                digest("roster " + epoch),
                policySequence,
                "m",
                "aggregator",
                Purpose.UNMASK_REQUEST);
        return new ModelRegistry(current, roster, policy(), spec, digest("spec"), organisations, revoked);
    }

    RosterId rosterId() {
        return RosterId.of(registry().context());
    }

    void nextEpoch() {
        epoch++;
        registry = Optional.empty();
    }

    private Policy policy() {
        return new Policy(
                DOCUMENT,
                policySequence,
                0,
                knobs.minCohort(),
                knobs.maxCohort(),
                knobs.bufferSize(),
                AGE,
                knobs.minSameBase(),
                knobs.slack(),
                knobs.extra(),
                knobs.staleness(),
                EXPIRY,
                VOTE_TIMEOUT,
                RESPONSE_TIMEOUT,
                4,
                List.of(DOCUMENT.suite()),
                "MASK-2048-32",
                1.0,
                "uniform",
                100,
                privacy.isPresent() ? 0 : 0.5,
                privacy.isPresent() ? 1 : 0.01,
                "fedavg",
                1.0,
                0.9,
                0.99,
                1e-3,
                maxVoids,
                "",
                privacy);
    }

    Sent update(String silo, long sequence, long baseVersion, Digest baseDigest, Random random) {
        byte[] idBytes = new byte[UpdateId.LENGTH];
        random.nextBytes(idBytes);
        UpdateId id = UpdateId.of(idBytes);
        List<ShardSeen> shards = new ArrayList<>();
        List<Digest> leaves = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Digest leaf = digest(id.hex() + i);
            leaves.add(leaf);
            shards.add(new ShardSeen(silo, id, sequence, i, 3, leaf));
        }
        double weight = (1 + random.nextInt(100)) / 100.0;
        TestMask.Masked masked = mask.mask(Terms.of(registry()), weight, random);
        ModelRegistry registry = registry();
        UpdateManifest.Core core = new UpdateManifest.Core(
                registry.context().withPurpose(Purpose.UPDATE_MANIFEST).withSender(silo),
                id,
                sequence,
                baseVersion,
                baseDigest,
                0,
                "uniform",
                expiry == FAR ? now + 2 * EXPIRY : expiry,
                silos,
                threshold(),
                5,
                "MASK-2048-32",
                registry.specDigest(),
                400_000,
                3,
                List.of(),
                digest("cek"),
                List.of(),
                MerkleTree.root(leaves));
        UpdateRef ref = new UpdateRef(silo, id, digest("manifest " + id.hex()));
        return new Sent(
                new UpdateKey(silo, id),
                weight,
                shards,
                new ManifestSeen(ref, core, masked.metaWords()),
                masked.shares());
    }
}
