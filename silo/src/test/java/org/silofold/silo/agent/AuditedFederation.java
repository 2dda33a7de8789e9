package org.silofold.silo.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.encode.MetaSums;
import org.silofold.protocol.encode.MetricRange;
import org.silofold.protocol.encode.SumOpener;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.mask.ModularSum;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.optimize.OptimizerSpec;
import org.silofold.protocol.optimize.ServerOptimizer;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.privacy.ModelPrivacy;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.share.Shamir;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.registry.RegistryDocuments;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.auditor.MemoryLog;
import org.silofold.silo.auditor.UpdateOpener;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.store.OutgoingUpdate;
import org.silofold.silo.store.UpdateState;

/**
 * A federation that makes versions in memory: real silos' updates, members' votes and answers, and an aggregator that folds, opens and steps
 * whole models at once. The test holds every key, and so can lie for anyone.
 */
public final class AuditedFederation implements AutoCloseable {
    public static final String AUDITOR = "auditor";
    public static final String AGGREGATOR = TestFederation.AGGREGATOR;
    public static final String MODEL = TestFederation.MODEL;
    public static final List<String> SILOS = TestFederation.SILOS;

    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final byte[] NOTHING = {};

    public final MemoryLog log;
    /** The shards of every version that was published, as the aggregator signs them. */
    public final List<byte[]> modelShards = new ArrayList<>();

    public final AlteredShards altered;
    public final AuditedCommittee committee;
    private final TestFederation federation;
    private final Map<String, TestAgent> agents = new LinkedHashMap<>();
    private final Random random;
    private float[] parameters;
    private final float[] first;
    private final float[] second;

    public AuditedFederation(Path root, int parameters, long seed) throws IOException {
        this(new TestFederation(parameters, "fedadam", List.of(AUDITOR), ""), root, parameters, seed);
    }

    /** A federation whose policy is private; its cohorts are of three silos. */
    public static AuditedFederation secret(Path root, int parameters, long seed) throws IOException {
        return new AuditedFederation(
                TestFederation.secret(parameters, 1.0, 100, List.of(AUDITOR)), root, parameters, seed);
    }

    private AuditedFederation(TestFederation federation, Path root, int parameters, long seed) throws IOException {
        this.federation = federation;
        random = new Random(seed);
        this.parameters = federation.initial.clone();
        first = new float[parameters];
        second = new float[parameters];
        log = new MemoryLog(federation.now);
        committee = new AuditedCommittee(federation, log);
        altered = new AlteredShards(AUDITOR, auditorKey(), federation.identities);
        for (String silo : SILOS) {
            agents.put(silo, TestAgent.create(federation, root.resolve(silo), silo));
        }
    }

    public RegistryView view() {
        return federation.view();
    }

    /** The registry's documents. */
    public List<RegistryDocuments.Document> documents() {
        return List.copyOf(federation.documents);
    }

    /** Another policy of the authority's. */
    public RegistryDocuments.Document policy(long sequence, double learningRate) {
        return federation.policy(sequence, learningRate);
    }

    /** A party's second enrolment, with another key. */
    public RegistryDocuments.Document enrolledAnew(String party, long notBeforeMillis) {
        return federation.enrolledAnew(party, notBeforeMillis);
    }

    /** A shard of a version that the aggregator signs, of any parameters. */
    public byte[] modelShard(long version, float[] any, int shard) {
        return federation.modelShard(version, any, shard);
    }

    /** The root of any parameters. */
    public Digest root(float[] any) {
        return federation.root(any);
    }

    /** What the aggregator says of an update. */
    public byte[] fate(UpdateRef ref, UpdateFate.Kind kind, Optional<Reason> reason, long version) {
        return federation.fate(ref.silo(), ref.updateId(), kind, reason, version);
    }

    /** A party's directory. */
    public PartyDirectory party(Path root, String name) {
        return federation.party(root, name, "127.0.0.1:1");
    }

    public VerifyingKey authorityKey() {
        return federation.authority.verifyingKey();
    }

    public KemPrivateKey auditorKey() {
        return federation.kemKeys.get(AUDITOR);
    }

    public float[] parameters() {
        return parameters.clone();
    }

    /** Publishes version 0. */
    public ModelManifest initial() throws IOException {
        for (int i = 0; i < federation.layout.shards(); i++) {
            byte[] payload = federation.shardBytes(parameters, i);
            ModelShard shard = new ModelShard(
                    view().context(MODEL, "authority", Purpose.MODEL_SHARD),
                    0,
                    i,
                    federation.layout.shards(),
                    Digest.sha256(payload));
            log.add(MemoryLog.initialName(MODEL, i), SignedRecords.seal(shard, payload, federation.authority));
        }
        byte[] record = federation.manifest(0, federation.specDigest(), parameters, 0);
        take(0, record);
        return message(record);
    }

    /** What a manifest's signed bytes are called. */
    public Digest digest(ModelManifest manifest) {
        return TestFederation.digest(sign(manifest, TestFederation.AGGREGATOR));
    }

    /** Has these silos train from version {@code base}, and publishes the version after {@code previous} from their updates. */
    public ModelManifest next(ModelManifest previous, long base, List<String> silos) throws IOException {
        List<UpdateRef> cohort = new ArrayList<>();
        for (String silo : silos) {
            cohort.add(submit(silo, base));
        }
        ModelManifest manifest = publish(previous, cohort);
        take(manifest.version(), sign(manifest, TestFederation.AGGREGATOR));
        return manifest;
    }

    /** An update of a silo, all its records in the log. */
    public UpdateRef submit(String silo, long base) throws IOException {
        TestAgent agent = agents.get(silo);
        float[] delta = new float[parameters.length];
        for (int i = 0; i < delta.length; i++) {
            delta[i] = (float) (random.nextGaussian() * 0.4);
        }
        agent.outbox.submit(
                federation.privacy().isEmpty()
                        ? agent.request(base, delta)
                        : new UpdateRequest(MODEL, base, delta, 50, Map.of()));
        OutgoingUpdate update = agent.database.updates().unsent().get(0);
        UpdateRef ref = null;
        for (Path file : agent.outbox.records(update)) {
            byte[] record = Files.readAllBytes(file);
            if (file.getFileName().toString().equals(OutboxFiles.MANIFEST)) {
                ref = new UpdateRef(
                        silo, update.updateId(), updateManifest(record).digest());
                log.add(MemoryLog.manifestName(ref), record);
            } else {
                int index = shard(record).message().core().shardIndex();
                log.add(MemoryLog.shardName(silo, update.updateId(), index), record);
            }
        }
        agent.database.updates().markSent(update.updateId());
        // Over as far as its silo is concerned, whatever the test does with it.
        agent.database.updates().advance(update.updateId(), UpdateState.IN_VERSION, base + 1, Optional.empty(), "");
        return ref;
    }

    /** Certifies, opens and folds a cohort into the version after {@code previous}; moves this federation's model on. */
    public ModelManifest publish(ModelManifest previous, List<UpdateRef> cohort) {
        long version = previous.version() + 1;
        Digest before = digest(previous);
        Digest certified = Cohort.of(cohort).digest(previous.context(), new Buffer(version, 1), before);
        SILOS.forEach(member -> committee.vote(member, certified, version, Optional.empty()));
        List<SignedRecord<UpdateManifest>> updates = cohort.stream()
                .map(ref -> updateManifest(log.get(MemoryLog.manifestName(ref))))
                .toList();
        SortedMap<Integer, int[]> sums = committee.answer(updates);
        sums.forEach((point, words) -> committee.respond(SILOS.get(point - 1), certified, version, words));
        int[] secretSum = Shamir.interpolateAtZero(SET, sums);
        PublicElements elements = PublicElements.of(SET, "demo", MODEL, 1);
        Policy policy = view().policy(MODEL).orElseThrow();
        Encoding encoding = new Encoding(SET, policy.clip(), policy.maxCohort());
        Optional<ModelPrivacy> privacy = federation.privacy();
        List<MetricRange> ranges = privacy.isPresent()
                ? List.of()
                : List.of(new MetricRange("loss", 0, 10), new MetricRange("correct", 0, 100));
        try (SumOpener opener = new SumOpener(elements, federation.layout, encoding, secretSum, cohort.size())) {
            MetaSums meta = opener.meta(fold(updates, -1), ranges, policy.minWeight());
            double divisor = privacy.map(asked -> asked.encoding().sumOfWeights(cohort.size()))
                    .orElse(meta.sumOfWeights());
            step(updates, opener, divisor, ModelTerms.optimizer(policy));
            return new ModelManifest(
                    previous.context(),
                    version,
                    before,
                    1,
                    Cohort.of(cohort).updates(),
                    federation.root(parameters),
                    federation.layout.shards(),
                    federation.specDigest(),
                    divisor,
                    metrics(ranges, meta),
                    policy.optimizer(),
                    Digest.sha256(Words.toBytes(secretSum)),
                    privacy.map(asked -> asked.spentBy(version)),
                    Optional.empty());
        }
    }

    private static List<ModelManifest.MetricSum> metrics(List<MetricRange> ranges, MetaSums meta) {
        List<ModelManifest.MetricSum> sums = new ArrayList<>();
        for (int i = 0; i < ranges.size(); i++) {
            sums.add(new ModelManifest.MetricSum(
                    ranges.get(i).name(), meta.metrics().get(i)));
        }
        return sums;
    }

    private void step(
            List<SignedRecord<UpdateManifest>> updates, SumOpener opener, double weights, OptimizerSpec optimizer) {
        float[] all = new float[parameters.length];
        for (int shard = 0; shard < federation.layout.shards(); shard++) {
            float[] mean = new float[federation.layout.parametersIn(shard)];
            opener.mean(shard, fold(updates, shard), weights, mean);
            System.arraycopy(mean, 0, all, (int) federation.layout.firstParameter(shard), mean.length);
        }
        float[] moved = parameters.clone();
        ServerOptimizer.step(optimizer, moved, all, first, second, 0, all.length);
        parameters = moved;
    }

    /** The sum of the masked words of a shard, or of the meta blocks. */
    private int[] fold(List<SignedRecord<UpdateManifest>> updates, int shard) {
        int[] folded = new int[shard < 0 ? MetaLayout.words(SET) : federation.layout.wordsIn(shard)];
        for (SignedRecord<UpdateManifest> update : updates) {
            UpdateManifest.Core core = update.message().core();
            KemPrivateKey key = federation.kemKeys.get(TestFederation.AGGREGATOR);
            try (UpdateOpener opener = new UpdateOpener(TestFederation.AGGREGATOR, key, core)) {
                byte[] words = shard < 0
                        ? opener.meta(update, SET, federation.layout.metaBlock())
                        : opener.shard(
                                shard(log.get(MemoryLog.shardName(core.context().sender(), core.updateId(), shard))));
                ModularSum.add(SET, folded, 0, words, 0, words.length);
            }
        }
        return folded;
    }

    /** The registry once this party was revoked, from the millisecond before this federation's records on. */
    public RegistryView afterRevoking(String party) {
        RegistryView later = federation.view();
        RegistryDocuments.Document document = federation.revocation(party);
        later.apply(document.keyBytes(), document.record());
        return later;
    }

    private void take(long version, byte[] manifest) throws IOException {
        Map<Integer, byte[]> shards = new HashMap<>();
        for (int i = 0; i < federation.layout.shards(); i++) {
            shards.put(i, federation.modelShard(version, parameters, i));
        }
        modelShards.addAll(shards.values());
        for (TestAgent agent : agents.values()) {
            agent.chain.accept(manifest);
            for (byte[] shard : shards.values()) {
                agent.assembler.accept(shard);
            }
            agent.assembler.verify(MODEL);
        }
    }

    /**
     * What the auditor's agent lends to its auditor.
     *
     * @param party its directory, with its KEM key
     * @param registry a registry that was read to its end
     * @param chain the chain of manifests that it was shown
     * @param health where it would raise an alarm
     */
    public record Follower(PartyDirectory party, Registry registry, ModelChain chain, Health health) {}

    /** The auditor's agent, which has seen no manifest yet. */
    public Follower follower(Path root) throws IOException {
        TestAgent agent = TestAgent.create(federation, root, AUDITOR);
        agents.put(AUDITOR, agent);
        return new Follower(agent.party, agent.context.registry(), agent.chain, agent.health);
    }

    /** Shows the auditor's agent a manifest, signed anew; whether its chain grew. */
    public boolean show(ModelManifest manifest) {
        return agents.get(AUDITOR)
                .chain
                .accept(sign(manifest, TestFederation.AGGREGATOR))
                .isPresent();
    }

    /** Signs as any party. */
    public byte[] sign(Message message, String party) {
        return SignedRecords.seal(message, NOTHING, federation.identities.get(party));
    }

    private static ModelManifest message(byte[] record) {
        return SignedRecords.reread(ModelManifest.class, Purpose.MODEL_MANIFEST, record)
                .message();
    }

    public static SignedRecord<UpdateManifest> updateManifest(byte[] record) {
        return SignedRecords.reread(UpdateManifest.class, Purpose.UPDATE_MANIFEST, record);
    }

    static SignedRecord<UpdateShard> shard(byte[] record) {
        return SignedRecords.reread(UpdateShard.class, Purpose.UPDATE_SHARD, record);
    }

    @Override
    public void close() throws IOException {
        for (TestAgent agent : agents.values()) {
            agent.close();
        }
    }
}
