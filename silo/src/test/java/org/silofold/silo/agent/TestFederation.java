package org.silofold.silo.agent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.privacy.ModelPrivacy;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.registry.VoidVersion;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.registry.RegistryDocuments;
import org.silofold.schemas.registry.RegistryDocuments.Document;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.party.PartyConfig;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.store.AgentDatabase;

/** A federation with real keys and documents: an authority, an aggregator, three silos that are the committee, one model. */
final class TestFederation {
    static final Suite SUITE = Suite.ML_KEM_768_ML_DSA_65;
    static final String MODEL = "heart";
    static final String AGGREGATOR = "aggregator";
    static final List<String> SILOS = List.of("silo-1", "silo-2", "silo-3");
    static final double CLIP = 1.0;
    private static final byte[] NOTHING = {};

    final long now = Instant.now().toEpochMilli();
    final long end = now + 365 * 86_400_000L;
    final SigningKey authority = SigningKey.generate(SUITE);
    final Map<String, SigningKey> identities = new HashMap<>();
    final Map<String, KemPrivateKey> kemKeys = new HashMap<>();
    final List<Document> documents = new ArrayList<>();
    final List<String> auditors;
    final String auditor;
    final String optimizer;
    final ShardLayout layout;
    final float[] initial;
    private final RegistryDocuments signer = new RegistryDocuments("demo", "authority", authority);

    /** @param parameters of the model, all zero in version 0 */
    TestFederation(int parameters) {
        this(parameters, List.of(new MetricSpec("loss", 0, 10), new MetricSpec("correct", 0, 100)));
    }

    TestFederation(int parameters, List<MetricSpec> metrics) {
        this(parameters, metrics, "fedavg", List.of(), "");
    }

    /**
     * @param optimizer code of the server optimiser
     * @param auditors names of the roster's auditors
     * @param auditor the one whose countersignature policy asks for; empty for none
     */
    TestFederation(int parameters, String optimizer, List<String> auditors, String auditor) {
        this(
                parameters,
                List.of(new MetricSpec("loss", 0, 10), new MetricSpec("correct", 0, 100)),
                optimizer,
                auditors,
                auditor);
    }

    private TestFederation(
            int parameters, List<MetricSpec> metrics, String optimizer, List<String> auditors, String auditor) {
        this.auditor = auditor;
        this.optimizer = optimizer;
        this.auditors = auditors;
        layout = new ShardLayout(ParameterSet.MASK_2048_32, parameters);
        initial = new float[parameters];
        List<String> parties = new ArrayList<>(SILOS);
        parties.add(AGGREGATOR);
        parties.addAll(auditors);
        for (String party : parties) {
            identities.put(party, SigningKey.generate(SUITE));
            kemKeys.put(party, KemPrivateKey.generate(SUITE));
            Role role = role(party);
            documents.add(signer.enrolment(
                    party,
                    "org-of-" + party,
                    role,
                    1,
                    now - 1000,
                    end,
                    identities.get(party).verifyingKey()));
            documents.add(keyBundle(party));
        }
        documents.add(signer.roster(1, 1, SILOS, SILOS, AGGREGATOR, auditors, end));
        documents.add(policy(1, 0.5));
        documents.add(
                signer.modelSpec(MODEL, 1, List.of(new TensorSpec("w", List.of(parameters))), metrics, root(initial)));
    }

    private Role role(String party) {
        if (auditors.contains(party)) {
            return Role.AUDITOR;
        }
        return party.equals(AGGREGATOR) ? Role.AGGREGATOR : Role.SILO;
    }

    /** The authority enrols a party that the roster does not name, with a new identity key. */
    Document enrolLate(String party) {
        identities.put(party, SigningKey.generate(SUITE));
        kemKeys.put(party, KemPrivateKey.generate(SUITE));
        return signer.enrolment(
                party,
                "org-of-" + party,
                Role.SILO,
                1,
                now - 1000,
                end,
                identities.get(party).verifyingKey());
    }

    Document keyBundle(String party) {
        return new RegistryDocuments("demo", party, identities.get(party))
                .keyBundle(1, 1, now - 1000, end, kemKeys.get(party).publicKey());
    }

    Document policy(long sequence, double learningRate) {
        return signer.policy(
                MODEL,
                context -> new Policy(
                        context,
                        sequence,
                        0,
                        2,
                        3,
                        3,
                        1000,
                        1,
                        0,
                        0,
                        2,
                        600_000,
                        10_000,
                        10_000,
                        2,
                        List.of(SUITE.text()),
                        "MASK-2048-32",
                        CLIP,
                        "examples",
                        100,
                        0.5,
                        0.01,
                        optimizer,
                        learningRate,
                        0.9,
                        0.99,
                        0.001,
                        0,
                        auditor,
                        Optional.empty()));
    }

    /** A party is enrolled again, with a fresh key. */
    Document enrolledAnew(String party, long notBeforeMillis) {
        SigningKey fresh = SigningKey.generate(SUITE);
        return signer.enrolment(party, "org-of-" + party, role(party), 2, notBeforeMillis, end, fresh.verifyingKey());
    }

    /** A policy by its file. */
    Document policy(long sequence, PolicyFile file) {
        return signer.policy(MODEL, context -> file.toPolicy(context, sequence));
    }

    /** A federation whose newest policy is private, with this noise and budget. */
    static TestFederation secret(int parameters, double noiseMultiplier, double epsilon) {
        return secret(parameters, noiseMultiplier, epsilon, List.of());
    }

    /** @param auditors names of the roster's auditors */
    static TestFederation secret(int parameters, double noiseMultiplier, double epsilon, List<String> auditors) {
        TestFederation federation = new TestFederation(parameters, List.of(), "fedavg", auditors, "");
        federation.documents.add(federation.policy(2, privatePolicy(noiseMultiplier, epsilon)));
        return federation;
    }

    /** A private policy for three silos, all of them honest, at delta 1e-6. */
    static PolicyFile privatePolicy(double noiseMultiplier, double epsilon) {
        return PolicyFile.defaults(3)
                .set("minCohort", 3)
                .set("bufferSize", 3)
                .set("maxInFlight", 100)
                .set("weightRule", "uniform")
                .set("stalenessExponent", 0)
                .set("minWeight", 1)
                .set("privacy.l2Clip", 1)
                .set("privacy.noiseMultiplier", noiseMultiplier)
                .set("privacy.colluders", 0)
                .set("privacy.epsilon", epsilon)
                .set("privacy.delta", 1e-6);
    }

    /** What the newest policy's privacy means for the model. */
    Optional<ModelPrivacy> privacy() {
        RegistryView view = view();
        return ModelPrivacy.of(
                view.policy(MODEL).orElseThrow(), view.modelSpec(MODEL).orElseThrow());
    }

    /** The roster of another epoch. */
    Document roster(int epoch, long sequence) {
        return roster(epoch, sequence, SILOS);
    }

    /** A roster with this committee. */
    Document roster(int epoch, long sequence, List<String> committee) {
        return signer.roster(epoch, sequence, SILOS, committee, AGGREGATOR, List.of(), end);
    }

    /** A party is out from now on. */
    Document revocation(String party) {
        return signer.revocation(party, 1, now - 1, "for the test");
    }

    /** Lets a version be void. */
    Document voidVersion(long sequence, long version, Digest previous) {
        return signer.voidVersion(MODEL, sequence, version, previous, "for the test");
    }

    static Digest documentDigest(Document document) {
        return SignedRecords.reread(VoidVersion.class, Purpose.VOID_VERSION, document.record())
                .digest();
    }

    /** The manifest of a void version. */
    byte[] voidManifest(long version, Digest previous, float[] parameters, Digest document) {
        RegistryView view = view();
        ModelManifest header = new ModelManifest(
                view.context(MODEL, AGGREGATOR, Purpose.MODEL_MANIFEST),
                version,
                previous,
                0,
                List.of(),
                root(parameters),
                layout.shards(),
                view.modelSpecDigest(MODEL).orElseThrow(),
                0,
                List.of(),
                "fedavg",
                Digest.ZERO,
                Optional.empty(),
                Optional.of(document));
        return SignedRecords.seal(header, NOTHING, identities.get(AGGREGATOR));
    }

    RegistryView view() {
        RegistryView view = new RegistryView("demo", authority.verifyingKey());
        documents.forEach(document -> view.apply(document.keyBytes(), document.record()));
        return view;
    }

    /** A party's directory whose agent has read the registry before. */
    PartyDirectory party(Path root, String name, String bootstrap) {
        return party(root, name, bootstrap, Optional.empty());
    }

    /** @param clientConfig a file of the directory with further settings of Kafka's clients */
    PartyDirectory party(Path root, String name, String bootstrap, Optional<Path> clientConfig) {
        PartyConfig config = new PartyConfig(name, role(name), "org-of-" + name, "demo", bootstrap, "", clientConfig);
        PartyDirectory party = PartyDirectory.create(root, config, authority.verifyingKey(), identities.get(name));
        party.storeKemKey(1, kemKeys.get(name));
        try (AgentDatabase database = AgentDatabase.open(party.agentDatabase())) {
            for (Document document : documents) {
                database.documents().put(document.key(), document.record());
                if (document.key().equals("policy/" + MODEL)) {
                    long sequence = SignedRecords.reread(Policy.class, Purpose.POLICY, document.record())
                            .message()
                            .sequence();
                    database.documents().putPolicy(MODEL, sequence, document.record());
                }
            }
        }
        return party;
    }

    byte[] shardBytes(float[] parameters, int shard) {
        int count = layout.parametersIn(shard);
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(parameters, (int) layout.firstParameter(shard), count);
        return bytes.array();
    }

    Digest root(float[] parameters) {
        List<Digest> leaves = new ArrayList<>();
        for (int i = 0; i < layout.shards(); i++) {
            leaves.add(Digest.sha256(shardBytes(parameters, i)));
        }
        return MerkleTree.root(leaves);
    }

    byte[] modelShard(long version, float[] parameters, int shard) {
        byte[] payload = shardBytes(parameters, shard);
        ModelShard header = new ModelShard(
                view().context(MODEL, AGGREGATOR, Purpose.MODEL_SHARD),
                version,
                shard,
                layout.shards(),
                Digest.sha256(payload));
        return SignedRecords.seal(header, payload, identities.get(AGGREGATOR));
    }

    /** A version's manifest, with updates of which no test knows more. */
    byte[] manifest(long version, Digest previous, float[] parameters, double sumOfWeights) {
        return manifest(version, previous, parameters, sumOfWeights, version == 0 ? List.of() : cohort(version));
    }

    /** A version's manifest with this cohort. */
    byte[] manifest(long version, Digest previous, float[] parameters, double sumOfWeights, List<UpdateRef> cohort) {
        RegistryView view = view();
        List<ModelManifest.MetricSum> metrics =
                List.of(new ModelManifest.MetricSum("loss", 1), new ModelManifest.MetricSum("correct", 1));
        ModelManifest header = new ModelManifest(
                view.context(MODEL, AGGREGATOR, Purpose.MODEL_MANIFEST),
                version,
                previous,
                version == 0 ? 0 : 1,
                cohort,
                root(parameters),
                layout.shards(),
                view.modelSpecDigest(MODEL).orElseThrow(),
                version == 0 ? 0 : sumOfWeights,
                version == 0 ? List.of() : metrics,
                optimizer,
                version == 0 ? Digest.ZERO : Digest.sha256(new byte[] {1}),
                privacy().filter(privacy -> version > 0).map(privacy -> privacy.spentBy(version)),
                Optional.empty());
        return SignedRecords.seal(header, NOTHING, identities.get(AGGREGATOR));
    }

    byte[] fate(String silo, UpdateId id, UpdateFate.Kind kind, Optional<Reason> reason, long version) {
        UpdateFate fate =
                new UpdateFate(view().context(MODEL, AGGREGATOR, Purpose.UPDATE_FATE), silo, id, kind, reason, version);
        return SignedRecords.seal(fate, NOTHING, identities.get(AGGREGATOR));
    }

    static Digest digest(byte[] manifest) {
        return SignedRecords.reread(ModelManifest.class, Purpose.MODEL_MANIFEST, manifest)
                .digest();
    }

    Digest specDigest() {
        return view().modelSpecDigest(MODEL).orElseThrow();
    }

    /** Updates of silos that no test runs an agent of. */
    static List<UpdateRef> cohort(long version) {
        byte[] id = new byte[UpdateId.LENGTH];
        id[0] = (byte) version;
        return Stream.of("other-1", "other-2", "other-3")
                .map(silo -> new UpdateRef(silo, UpdateId.of(id), Digest.sha256(silo.getBytes(StandardCharsets.UTF_8))))
                .toList();
    }
}
