package org.silofold.silo.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.privacy.ModelPrivacy;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Enrolment;
import org.silofold.protocol.registry.EnrolmentRequest;
import org.silofold.protocol.registry.KeyBundle;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.RegistryDocument;
import org.silofold.protocol.registry.Revocation;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.registry.VoidVersion;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.registry.RegistryDocuments;
import org.silofold.schemas.rules.Names;
import org.silofold.silo.party.PrivateFiles;

/**
 * The federation authority: a directory with the root key and every document that it signed.
 *
 * <pre>
 *   authority.properties   federation, bootstrap, topic prefix     authority.spki   the public key, for every party
 *   keys/root.pem          the root key, 0600                       documents/       the newest record of each registry key
 * </pre>
 *
 * Not thread-safe. Sequences grow by one with each new document of a key.
 */
public final class Authority implements AutoCloseable {
    /** The authority's name in contexts. */
    public static final String NAME = "authority";

    private static final Duration VALIDITY = Duration.ofDays(365);
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(10);

    private final AuthorityConfig config;
    private final SigningKey root;
    private final RegistryDocuments signer;
    private final DocumentStore documents;
    private final Clock clock;

    private Authority(AuthorityConfig config, SigningKey root, DocumentStore documents, Clock clock) {
        this.config = config;
        this.root = root;
        this.signer = new RegistryDocuments(config.federation(), NAME, root);
        this.documents = documents;
        this.clock = clock;
    }

    /**
     * Makes a federation: a new directory with a fresh root key.
     *
     * @throws AdminException if the directory holds one already or the name is none
     */
    public static Authority init(Path directory, AuthorityConfig config, Clock clock) throws IOException {
        Path file = directory.resolve("authority.properties");
        if (Files.exists(file)) {
            throw new AdminException(directory + ": holds a federation already");
        }
        require(config.federation(), "federation");
        try (SigningKey key = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            PrivateFiles.directory(directory);
            PrivateFiles.directory(directory.resolve("keys"));
            byte[] pem = key.toPem();
            PrivateFiles.write(directory.resolve("keys/root.pem"), pem);
            Arrays.fill(pem, (byte) 0);
            Files.write(directory.resolve("authority.spki"), key.verifyingKey().spki());
        }
        config.save(file);
        return open(directory, clock);
    }

    /**
     * Opens a federation's directory.
     *
     * @throws AdminException naming the file that is missing or wrong
     */
    public static Authority open(Path directory, Clock clock) throws IOException {
        AuthorityConfig config = AuthorityConfig.load(directory.resolve("authority.properties"));
        Path keyFile = directory.resolve("keys/root.pem");
        if (!Files.exists(keyFile)) {
            throw new AdminException(keyFile + ": no such file");
        }
        byte[] pem = Files.readAllBytes(keyFile);
        try {
            SigningKey root = SigningKey.fromPem(pem);
            if (!Arrays.equals(root.verifyingKey().spki(), Files.readAllBytes(directory.resolve("authority.spki")))) {
                root.close();
                throw new AdminException(keyFile + ": not the private key of authority.spki");
            }
            return new Authority(config, root, new DocumentStore(directory.resolve("documents")), clock);
        } catch (RejectedException e) {
            throw new AdminException(keyFile + ": " + e.getMessage(), e);
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }

    /** Federation, broker and topic prefix. */
    public AuthorityConfig config() {
        return config;
    }

    /** The public key that every party trusts. */
    public VerifyingKey verifyingKey() {
        return root.verifyingKey();
    }

    /** All documents by registry key, in an order in which a reader can verify each. */
    public Map<String, byte[]> documents() throws IOException {
        return documents.all();
    }

    /**
     * Enrols a party: checks its request and signs its enrolment.
     *
     * @param request the record of an {@link EnrolmentRequest}
     * @return the request that was granted
     * @throws AdminException if the request is not of this federation, or not signed by the key it asks to have enrolled
     */
    public EnrolmentRequest enrol(byte[] request) throws IOException {
        EnrolmentRequest asked = requested(request);
        if (asked.subject().equals(NAME) || asked.role() == Role.AUTHORITY) {
            throw new AdminException("the name and role of the authority are not given to others");
        }
        KeyBundle bundle = SignedRecords.reread(KeyBundle.class, Purpose.KEY_BUNDLE, asked.keyBundle())
                .message();
        long now = clock.millis();
        store(signer.enrolment(
                asked.subject(),
                asked.organisation(),
                asked.role(),
                next(Purpose.ENROLMENT, Enrolment.class, "enrolment/" + asked.subject()),
                now - CLOCK_SKEW.toMillis(),
                now + VALIDITY.toMillis(),
                VerifyingKey.fromSpki(asked.identityKey())));
        store(new RegistryDocuments.Document(bundle.key(), asked.keyBundle()));
        return asked;
    }

    private EnrolmentRequest requested(byte[] request) {
        try {
            return RegistryDocuments.openRequest(config.federation(), request);
        } catch (RejectedException e) {
            throw new AdminException("not a valid enrolment request: " + e.getMessage(), e);
        }
    }

    /**
     * Signs the roster of the next epoch: all enrolled silos, this committee, the enrolled aggregator and auditors.
     *
     * @param committee names in seat order; empty for all silos
     * @throws AdminException if a member is not enrolled, or there is not exactly one aggregator
     */
    public Roster roster(List<String> committee) throws IOException {
        List<Enrolment> enrolled = enrolments();
        List<String> silos = named(enrolled, Role.SILO);
        List<String> aggregators = named(enrolled, Role.AGGREGATOR);
        if (aggregators.size() != 1) {
            throw new AdminException("a roster needs exactly one enrolled aggregator, there are " + aggregators.size());
        }
        List<String> seats = committee.isEmpty() ? silos : committee;
        for (String seat : seats) {
            if (enrolled.stream().noneMatch(e -> e.subject().equals(seat) && mayVote(e.role()))) {
                throw new AdminException("committee: " + seat + " is not enrolled as silo or member");
            }
        }
        int epoch = newest(Purpose.ROSTER, Roster.class, "roster")
                        .map(Roster::epoch)
                        .orElse(0)
                + 1;
        return store(
                Purpose.ROSTER,
                Roster.class,
                signer.roster(
                        epoch,
                        next(Purpose.ROSTER, Roster.class, "roster"),
                        silos,
                        seats,
                        aggregators.get(0),
                        named(enrolled, Role.AUDITOR),
                        clock.millis() + VALIDITY.toMillis()));
    }

    /**
     * Signs a model's policy.
     *
     * @throws AdminException if no policy may have these values, or the model cannot have the privacy that they ask for
     */
    public Policy policy(String model, PolicyFile file) throws IOException {
        require(model, "model");
        long sequence = next(Purpose.POLICY, Policy.class, "policy/" + model);
        Optional<ModelSpec> spec = newest(Purpose.MODEL_SPEC, ModelSpec.class, "model-spec/" + model);
        try {
            return store(Purpose.POLICY, Policy.class, signer.policy(model, context -> {
                Policy policy = file.toPolicy(context, sequence);
                spec.ifPresent(known -> ModelPrivacy.of(policy, known));
                return policy;
            }));
        } catch (RejectedException e) {
            throw new AdminException(e.getMessage(), e);
        }
    }

    /**
     * Signs a model's specification.
     *
     * @throws AdminException if such a model cannot have the privacy that its policy asks for
     */
    public ModelSpec model(String model, List<TensorSpec> tensors, List<MetricSpec> metrics, InitialModel initial)
            throws IOException {
        require(model, "model");
        long sequence = next(Purpose.MODEL_SPEC, ModelSpec.class, "model-spec/" + model);
        RegistryDocuments.Document document = signer.modelSpec(model, sequence, tensors, metrics, initial.root());
        ModelSpec spec = SignedRecords.reread(ModelSpec.class, Purpose.MODEL_SPEC, document.record())
                .message();
        Optional<Policy> policy = newest(Purpose.POLICY, Policy.class, "policy/" + model);
        try {
            policy.ifPresent(known -> ModelPrivacy.of(known, spec));
        } catch (RejectedException e) {
            throw new AdminException(e.getMessage(), e);
        }
        store(document);
        return spec;
    }

    /**
     * Allows a version of a model to be void: to repeat the parameters of the one before, so that silos whose updates were lost with a cohort
     * may train once more. Asked again for the same, it gives the document that there is.
     *
     * @param version the void version, 1 or more
     * @param previous manifest digest of the version before it
     * @throws AdminException if policy does not allow so many in a row
     */
    public VoidVersion voidVersion(String model, long version, Digest previous, String why) throws IOException {
        require(model, "model");
        if (version < 1) {
            throw new AdminException("a void version is 1 or more, not " + version);
        }
        Policy policy = newest(Purpose.POLICY, Policy.class, "policy/" + model)
                .orElseThrow(() -> new AdminException("model " + model + " has no policy"));
        Optional<VoidVersion> before = signedVoid(model, version);
        if (before.isPresent() && before.get().previousDigest().equals(previous)) {
            return before.get();
        }
        requireRoomForVoid(policy, model, version);
        long sequence = before.map(VoidVersion::sequence).orElse(0L) + 1;
        try {
            return store(
                    Purpose.VOID_VERSION,
                    VoidVersion.class,
                    signer.voidVersion(model, sequence, version, previous, why));
        } catch (RejectedException e) {
            throw new AdminException(e.getMessage(), e);
        }
    }

    /** Counts the void versions on both sides: the one in between joins them to one row. */
    private void requireRoomForVoid(Policy policy, String model, long version) throws IOException {
        int row = 1;
        for (long other = version - 1; other >= 1 && signedVoid(model, other).isPresent(); other--) {
            row++;
        }
        for (long other = version + 1; signedVoid(model, other).isPresent(); other++) {
            row++;
        }
        if (row > policy.maxVoids()) {
            throw new AdminException("version " + version + " of " + model + " would be one of " + row
                    + " void versions in a row; policy " + policy.sequence() + " allows maxVoids " + policy.maxVoids());
        }
    }

    private Optional<VoidVersion> signedVoid(String model, long version) throws IOException {
        return newest(Purpose.VOID_VERSION, VoidVersion.class, VoidVersion.key(model, version));
    }

    /** Withdraws a party's enrolment from now on, for good. */
    public Revocation revoke(String subject, String why) throws IOException {
        return revoke(subject, why, clock.millis(), Revocation.FOR_GOOD);
    }

    /** Withdraws a party's enrolment from now on for a time. */
    public Revocation suspend(String subject, String why, Duration time) throws IOException {
        if (time.isZero() || time.isNegative()) {
            throw new AdminException("a suspension takes some time, not " + time);
        }
        long now = clock.millis();
        return revoke(subject, why, now, Math.addExact(now, time.toMillis()));
    }

    /** Ends a party's revocation or suspension: its newest revocation is one that ends when it begins. */
    public Revocation reinstate(String subject, String why) throws IOException {
        require(subject, "subject");
        if (documents.get("revocation/" + subject).isEmpty()) {
            throw new AdminException(subject + " is not revoked");
        }
        long now = clock.millis();
        return revoke(subject, why, now, now);
    }

    private Revocation revoke(String subject, String why, long fromMillis, long untilMillis) throws IOException {
        require(subject, "subject");
        if (documents.get("enrolment/" + subject).isEmpty()) {
            throw new AdminException(subject + " is not enrolled");
        }
        long sequence = next(Purpose.REVOCATION, Revocation.class, "revocation/" + subject);
        return store(
                Purpose.REVOCATION,
                Revocation.class,
                signer.revocation(subject, sequence, fromMillis, why, untilMillis));
    }

    /** The signed record of one shard of version 0. */
    public byte[] initialShard(String model, InitialModel initial, int index) {
        byte[] payload = initial.shard(index);
        ModelShard shard = new ModelShard(
                signer.context(model, Purpose.MODEL_SHARD),
                0,
                index,
                initial.layout().shards(),
                Digest.sha256(payload));
        return SignedRecords.seal(shard, payload, root);
    }

    /** The layout of a model of these tensors, in the policy's parameter set. */
    public static ShardLayout layout(List<TensorSpec> tensors, String parameterSet) {
        long count = tensors.stream().mapToLong(TensorSpec::size).sum();
        return new ShardLayout(ParameterSet.byName(parameterSet), count);
    }

    private static boolean mayVote(Role role) {
        return role == Role.SILO || role == Role.MEMBER;
    }

    private static List<String> named(List<Enrolment> enrolled, Role role) {
        return enrolled.stream()
                .filter(e -> e.role() == role)
                .map(Enrolment::subject)
                .sorted()
                .toList();
    }

    private List<Enrolment> enrolments() throws IOException {
        List<Enrolment> enrolled = new ArrayList<>();
        for (String key : documents.all().keySet()) {
            if (key.startsWith("enrolment/")) {
                enrolled.add(newest(Purpose.ENROLMENT, Enrolment.class, key).orElseThrow());
            }
        }
        return enrolled;
    }

    private void store(RegistryDocuments.Document document) throws IOException {
        documents.put(document.key(), document.record());
    }

    private <T extends RegistryDocument> T store(Purpose purpose, Class<T> type, RegistryDocuments.Document document)
            throws IOException {
        store(document);
        return SignedRecords.reread(type, purpose, document.record()).message();
    }

    private <T extends RegistryDocument> long next(Purpose purpose, Class<T> type, String key) throws IOException {
        return newest(purpose, type, key).map(RegistryDocument::sequence).orElse(0L) + 1;
    }

    private <T extends RegistryDocument> Optional<T> newest(Purpose purpose, Class<T> type, String key)
            throws IOException {
        Optional<byte[]> record = documents.get(key);
        try {
            return record.map(
                    bytes -> SignedRecords.open(type, purpose, bytes, NAME, root.verifyingKey(), RecordLimits.REGISTRY)
                            .message());
        } catch (RejectedException e) {
            throw new AdminException("document " + key + " was changed on disk: " + e.getMessage(), e);
        }
    }

    private static void require(String name, String what) {
        if (!Names.isName(name)) {
            throw new AdminException(what + ": a name is 1 to 63 of a-z, 0-9 and -, not " + name);
        }
    }

    /** Wipes the root key from memory. */
    @Override
    public void close() {
        root.close();
    }
}
