package org.silofold.silo.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.EnrolmentRequest;
import org.silofold.protocol.registry.MetricSpec;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Revocation;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.registry.VoidVersion;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.registry.RegistryDocuments;
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

    private final AuthorityConfig config;
    private final SigningKey root;
    private final SignedDocuments documents;
    private final MembershipDocuments membership;
    private final ModelDocuments models;

    private Authority(AuthorityConfig config, SigningKey root, DocumentStore store, Clock clock) {
        this.config = config;
        this.root = root;
        this.documents = new SignedDocuments(new RegistryDocuments(config.federation(), NAME, root), store);
        this.membership = new MembershipDocuments(documents, clock);
        this.models = new ModelDocuments(documents);
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
        SignedDocuments.requireName(config.federation(), "federation");
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
        return membership.enrol(request);
    }

    /**
     * Signs the roster of the next epoch: all enrolled silos, this committee, the enrolled aggregator and auditors.
     *
     * @param committee names in seat order; empty for all silos
     * @throws AdminException if a member is not enrolled, or there is not exactly one aggregator
     */
    public Roster roster(List<String> committee) throws IOException {
        return membership.roster(committee);
    }

    /**
     * Signs a model's policy.
     *
     * @throws AdminException if no policy may have these values, the model cannot have the privacy that they ask for, it was private before
     *     and shall not be, or was not, is specified, and shall be
     */
    public Policy policy(String model, PolicyFile file) throws IOException {
        return models.policy(model, file);
    }

    /**
     * Signs a model's specification.
     *
     * @throws AdminException if such a model cannot have the privacy that its policy asks for
     */
    public ModelSpec model(String model, List<TensorSpec> tensors, List<MetricSpec> metrics, InitialModel initial)
            throws IOException {
        return models.model(model, tensors, metrics, initial);
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
        return models.voidVersion(model, version, previous, why);
    }

    /** Withdraws a party's enrolment from now on, for good. */
    public Revocation revoke(String subject, String why) throws IOException {
        return membership.revoke(subject, why);
    }

    /** Withdraws a party's enrolment from now on for a time. */
    public Revocation suspend(String subject, String why, Duration time) throws IOException {
        return membership.suspend(subject, why, time);
    }

    /** Ends a party's revocation or suspension: its newest revocation is one that ends when it begins. */
    public Revocation reinstate(String subject, String why) throws IOException {
        return membership.reinstate(subject, why);
    }

    /** The signed record of one shard of version 0. */
    public byte[] initialShard(String model, InitialModel initial, int index) {
        return models.initialShard(model, initial, index);
    }

    /** The layout of a model of these tensors, in the policy's parameter set. */
    public static ShardLayout layout(List<TensorSpec> tensors, String parameterSet) {
        long count = tensors.stream().mapToLong(TensorSpec::size).sum();
        return new ShardLayout(ParameterSet.byName(parameterSet), count);
    }

    /** Wipes the root key from memory. */
    @Override
    public void close() {
        root.close();
    }
}
