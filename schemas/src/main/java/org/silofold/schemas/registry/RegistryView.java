package org.silofold.schemas.registry;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.silofold.protocol.kem.KemPublicKey;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Enrolment;
import org.silofold.protocol.registry.KeyBundle;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.RegistryDocument;
import org.silofold.protocol.registry.Revocation;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.VoidVersion;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;

/**
 * What one party knows of the registry: the newest verified document of each key. Every record of its topics may be junk;
 * {@link #apply} throws and changes nothing then. Everything an answer here rests on was signed by the authority, or by a key that
 * the authority enrolled.
 *
 * <p>Bounds: {@value #MAX_SUBJECTS} subjects, {@value #MAX_MODELS} models, the {@value #MAX_EPOCHS} newest epochs of a subject's
 * keys, the {@value #MAX_VOIDS} newest void versions of a model, and up to 512 key bundles that wait for an enrolment. Not thread-safe.
 */
public final class RegistryView {
    /** Most enrolled subjects. */
    public static final int MAX_SUBJECTS = 4096;
    /** Most models with a policy or specification. */
    public static final int MAX_MODELS = 1024;
    /** Epochs of which a subject's keys are kept. */
    public static final int MAX_EPOCHS = 8;

    /** Void versions of a model that are kept. */
    public static final int MAX_VOIDS = 1024;

    private final String federation;
    private final VerifiedDocuments documents;

    /**
     * An empty view.
     *
     * @param federation the federation's name; documents of others are refused
     * @param authority the federation authority's key, known beforehand
     */
    public RegistryView(String federation, VerifyingKey authority) {
        this.federation = federation;
        this.documents = new VerifiedDocuments(federation, authority);
    }

    /**
     * A view made of the records of another.
     *
     * @param records from {@link #records()}
     * @throws RejectedException if one of them does not verify
     */
    public static RegistryView restore(String federation, VerifyingKey authority, List<byte[]> records) {
        RegistryView view = new RegistryView(federation, authority);
        for (byte[] record : records) {
            view.apply(DocumentKeys.unverified(record).getBytes(StandardCharsets.UTF_8), record);
        }
        return view;
    }

    /** The records this view is made of, in an order in which each can be verified: its whole state. Not copies. */
    public List<byte[]> records() {
        return documents.records();
    }

    /**
     * Takes in a record of a topic that documents are read from: the registry, or a party's own topic of key bundles.
     *
     * @param topic where the record lies
     * @return as {@link #apply(byte[], byte[])}
     * @throws RejectedException as {@link #apply(byte[], byte[])} does, and, for a key that has no place in the topic, with {@link
     *     Reason#WRONG_SENDER} if it is another party's key bundle's, else {@link Reason#WRONG_PURPOSE}
     */
    public boolean apply(Topics.Parsed topic, byte[] key, byte[] record) {
        DocumentKeys.requirePlace(topic, key);
        return apply(key, record);
    }

    /**
     * Takes in a document, wherever it comes from.
     *
     * @param key the record's key
     * @param record the record's value; kept
     * @return whether anything a caller can ask has changed; not for a document known already, nor for a key bundle that has to
     *     wait for its subject's enrolment, the first or one with another identity key
     * @throws RejectedException if it is refused, with nothing changed: whatever {@link SignedRecords} refuses, {@link
     *     Reason#WRONG_FEDERATION}, {@link Reason#OLD_DOCUMENT} if its sequence is not above that of another document of its key,
     *     {@link Reason#INVALID_FIELD} if key and document differ, the payload is no public key, or a bound is exceeded
     */
    public boolean apply(byte[] key, byte[] record) {
        return documents.apply(key, record);
    }

    private <T extends RegistryDocument> Optional<T> document(Class<T> type, String key) {
        return documents.held(key).map(signed -> type.cast(signed.message()));
    }

    /** The identity key of an enrolled party, whether or not it is revoked: see {@link #isRevoked}. */
    public Optional<VerifyingKey> identityKey(String name) {
        return documents.identityKey(name);
    }

    /** A party's newest enrolment. */
    public Optional<Enrolment> enrolment(String name) {
        return document(Enrolment.class, "enrolment/" + name);
    }

    /** The organisation that a party belongs to. */
    public Optional<String> organisation(String name) {
        return enrolment(name).map(Enrolment::organisation);
    }

    /** A party's newest KEM key for an epoch. */
    public Optional<KemPublicKey> kemKey(String name, int epoch) {
        return documents.kemKey("key-bundle/" + name + "/" + epoch);
    }

    /** The document that {@link #kemKey} came with: its validity. */
    public Optional<KeyBundle> keyBundle(String name, int epoch) {
        return document(KeyBundle.class, "key-bundle/" + name + "/" + epoch);
    }

    /** The record of {@link #keyBundle}. Not a copy. */
    public Optional<byte[]> keyBundleRecord(String name, int epoch) {
        return documents.held("key-bundle/" + name + "/" + epoch).map(SignedRecord::record);
    }

    /** Names of the parties that are or were enrolled, sorted. */
    public NavigableSet<String> subjects() {
        NavigableSet<String> subjects = new TreeSet<>();
        documents.keysUnder("enrolment/").forEach(key -> subjects.add(key.substring("enrolment/".length())));
        return subjects;
    }

    /** The newest roster. */
    public Optional<Roster> roster() {
        return document(Roster.class, "roster");
    }

    /** SHA-256 of the newest roster's signed bytes. */
    public Optional<Digest> rosterDigest() {
        return documents.held("roster").map(SignedRecord::digest);
    }

    /** The size of the newest roster's committee. */
    public Optional<CommitteeSize> committeeSize() {
        return roster().map(roster -> new CommitteeSize(roster.committee().size()));
    }

    /** A model's newest policy. */
    public Optional<Policy> policy(String model) {
        return document(Policy.class, "policy/" + model);
    }

    /** SHA-256 of that policy's signed bytes. */
    public Optional<Digest> policyDigest(String model) {
        return documents.held("policy/" + model).map(SignedRecord::digest);
    }

    /** A model's newest specification. */
    public Optional<ModelSpec> modelSpec(String model) {
        return document(ModelSpec.class, "model-spec/" + model);
    }

    /** SHA-256 of that specification's signed bytes. */
    public Optional<Digest> modelSpecDigest(String model) {
        return documents.held("model-spec/" + model).map(SignedRecord::digest);
    }

    /** The document by which a version of a model is void. */
    public Optional<VoidVersion> voidVersion(String model, long version) {
        return document(VoidVersion.class, VoidVersion.key(model, version));
    }

    /** SHA-256 of that document's signed bytes. */
    public Optional<Digest> voidVersionDigest(String model, long version) {
        return documents.held(VoidVersion.key(model, version)).map(SignedRecord::digest);
    }

    /** Names of the models that have a specification, sorted. */
    public NavigableSet<String> models() {
        NavigableSet<String> models = new TreeSet<>();
        documents.keysUnder("model-spec/").forEach(key -> models.add(key.substring("model-spec/".length())));
        return models;
    }

    /** A party's newest revocation, in force or not. Only a newer revocation changes it, no enrolment does. */
    public Optional<Revocation> revocation(String name) {
        return document(Revocation.class, "revocation/" + name);
    }

    /**
     * Whether an enrolled party may not speak at a time: it is revoked, or the time is outside its enrolment's validity. False for a
     * party that is not enrolled: it has no {@link #identityKey}.
     */
    public boolean isRevoked(String name, long atMillis) {
        if (revocation(name)
                .filter(revocation -> revocation.isInForce(atMillis))
                .isPresent()) {
            return true;
        }
        return enrolment(name)
                .map(enrolment -> atMillis < enrolment.notBeforeMillis() || atMillis > enrolment.notAfterMillis())
                .orElse(false);
    }

    /** Whether there is such a model: it has a policy and a specification, whether or not it is {@link #ready}. */
    public boolean knows(String model) {
        return policy(model).isPresent() && modelSpec(model).isPresent();
    }

    /** Whether all is there that updates of a model need: roster, policy, specification, the aggregator's and every member's keys. */
    public boolean ready(String model) {
        if (roster().isEmpty() || !knows(model)) {
            return false;
        }
        Roster roster = roster().get();
        return hasKeys(roster.aggregator(), roster.epoch())
                && roster.committee().stream().allMatch(member -> hasKeys(member, roster.epoch()));
    }

    private boolean hasKeys(String name, int epoch) {
        return identityKey(name).isPresent() && kemKey(name, epoch).isPresent();
    }

    /**
     * What a message that is sent now begins with.
     *
     * @param model the model
     * @param sender the sender's name
     * @param purpose any but a registry document's
     * @throws RejectedException with {@link Reason#WRONG_EPOCH} while there is no roster, {@link Reason#UNKNOWN_MODEL} while the
     *     model has no policy, {@link Reason#UNSUPPORTED_SUITE} if its policy allows no suite that is known here
     */
    public Context context(String model, String sender, Purpose purpose) {
        Roster roster = roster().orElseThrow(() -> new RejectedException(Reason.WRONG_EPOCH, "there is no roster yet"));
        Policy policy = policy(model)
                .orElseThrow(() -> new RejectedException(Reason.UNKNOWN_MODEL, "there is no policy for " + model));
        Suite suite = Arrays.stream(Suite.values())
                .filter(known -> policy.suites().contains(known.text()))
                .findFirst()
                .orElseThrow(() -> new RejectedException(
                        Reason.UNSUPPORTED_SUITE, "policy of " + model + " allows no suite known here"));
        return new Context(
                Context.VERSION,
                suite.text(),
                federation,
                roster.epoch(),
                rosterDigest().orElseThrow(),
                policy.sequence(),
                model,
                sender,
                purpose);
    }

    /**
     * Refuses a context that is not of this federation, the current epoch and the model's newest policy.
     *
     * @throws RejectedException with {@link Reason#WRONG_FEDERATION}, {@link Reason#WRONG_EPOCH}, {@link Reason#UNKNOWN_MODEL},
     *     {@link Reason#WRONG_POLICY} or {@link Reason#UNSUPPORTED_SUITE}
     */
    public void requireCurrent(Context context) {
        if (!context.federation().equals(federation)) {
            throw new RejectedException(Reason.WRONG_FEDERATION, "federation " + context.federation());
        }
        int epoch = roster().map(Roster::epoch).orElse(0);
        if (epoch == 0
                || context.rosterEpoch() != epoch
                || !context.rosterDigest().equals(rosterDigest().orElseThrow())) {
            throw new RejectedException(
                    Reason.WRONG_EPOCH,
                    "roster epoch " + context.rosterEpoch() + ", digest " + context.rosterDigest() + "; now is epoch "
                            + (epoch == 0
                                    ? "none"
                                    : epoch + ", digest " + rosterDigest().orElseThrow()));
        }
        Optional<Policy> policy = policy(context.model());
        if (policy.isEmpty() || modelSpec(context.model()).isEmpty()) {
            throw new RejectedException(Reason.UNKNOWN_MODEL, "model " + context.model());
        }
        if (context.policySequence() != policy.get().sequence()) {
            throw new RejectedException(
                    Reason.WRONG_POLICY,
                    "policy sequence " + context.policySequence() + ", now is "
                            + policy.get().sequence());
        }
        if (!policy.get().suites().contains(context.suite())) {
            throw new RejectedException(Reason.UNSUPPORTED_SUITE, "policy does not allow " + context.suite());
        }
    }
}
