package org.silofold.schemas.registry;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.silofold.protocol.kem.KemPublicKey;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.Reason;
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

/**
 * Signs registry documents as one party: the authority signs all but key bundles and enrolment requests, which their subjects sign.
 * Does not own the key it signs with. Fields outside their range are refused with {@link Reason#INVALID_FIELD}.
 *
 * @param federation the federation's name
 * @param signer the name of the party that signs
 * @param key its signing key
 */
public record RegistryDocuments(String federation, String signer, SigningKey key) {
    private static final byte[] NOTHING = new byte[0];

    /**
     * A record for the registry topic.
     *
     * @param key the record's key, UTF-8
     * @param record the record's value
     */
    public record Document(String key, byte[] record) {
        /** The key as it goes to the topic. */
        public byte[] keyBytes() {
            return key.getBytes(StandardCharsets.UTF_8);
        }
    }

    /**
     * The context of a registry document: outside epochs and policies.
     *
     * @param model the model's name; empty for documents that concern the federation
     */
    public Context context(String model, Purpose purpose) {
        return new Context(
                Context.VERSION,
                Suite.ML_KEM_768_ML_DSA_65.text(),
                federation,
                0,
                Digest.ZERO,
                0,
                model,
                signer,
                purpose);
    }

    /** Signs a document; the payload must be what it is about, and empty if it has none. */
    public Document sign(RegistryDocument document, byte[] payload) {
        return new Document(document.key(), SignedRecords.seal(document, payload, key));
    }

    /**
     * The authority enrols a party.
     *
     * @param sequence above the subject's earlier enrolments'
     */
    public Document enrolment(
            String subject,
            String organisation,
            Role role,
            long sequence,
            long notBeforeMillis,
            long notAfterMillis,
            VerifyingKey identityKey) {
        byte[] spki = identityKey.spki();
        Enrolment enrolment = new Enrolment(
                context("", Purpose.ENROLMENT),
                subject,
                organisation,
                role,
                sequence,
                notBeforeMillis,
                notAfterMillis,
                Digest.sha256(spki));
        return sign(enrolment, spki);
    }

    /** A party publishes its KEM key for an epoch. */
    public Document keyBundle(
            int epoch, long sequence, long notBeforeMillis, long notAfterMillis, KemPublicKey kemKey) {
        byte[] spki = kemKey.spki();
        KeyBundle bundle = new KeyBundle(
                context("", Purpose.KEY_BUNDLE),
                signer,
                epoch,
                sequence,
                notBeforeMillis,
                notAfterMillis,
                Digest.sha256(spki));
        return sign(bundle, spki);
    }

    /** The authority opens an epoch. */
    public Document roster(
            int epoch,
            long sequence,
            List<String> silos,
            List<String> committee,
            String aggregator,
            List<String> auditors,
            long notAfterMillis) {
        Roster roster = new Roster(
                context("", Purpose.ROSTER), epoch, sequence, silos, committee, aggregator, auditors, notAfterMillis);
        return sign(roster, NOTHING);
    }

    /**
     * The authority sets a model's policy.
     *
     * @param policy makes the policy from the context given to it
     */
    public Document policy(String model, Function<Context, Policy> policy) {
        return sign(policy.apply(context(model, Purpose.POLICY)), NOTHING);
    }

    /** The authority defines a model. */
    public Document modelSpec(
            String model, long sequence, List<TensorSpec> tensors, List<MetricSpec> metrics, Digest initialRoot) {
        ModelSpec spec = new ModelSpec(context(model, Purpose.MODEL_SPEC), sequence, tensors, metrics, initialRoot);
        return sign(spec, NOTHING);
    }

    /** The authority withdraws an enrolment from a time on, for good. */
    public Document revocation(String subject, long sequence, long fromMillis, String why) {
        return revocation(subject, sequence, fromMillis, why, Revocation.FOR_GOOD);
    }

    /** The authority withdraws an enrolment from a time on to before another; for no time at all to reinstate it. */
    public Document revocation(String subject, long sequence, long fromMillis, String why, long untilMillis) {
        Revocation revocation =
                new Revocation(context("", Purpose.REVOCATION), subject, sequence, fromMillis, why, untilMillis);
        return sign(revocation, NOTHING);
    }

    /** The authority allows a version that repeats the parameters of the one before. */
    public Document voidVersion(String model, long sequence, long version, Digest previousDigest, String why) {
        VoidVersion document =
                new VoidVersion(context(model, Purpose.VOID_VERSION), sequence, version, previousDigest, why);
        return sign(document, NOTHING);
    }

    /**
     * A party asks to be enrolled: a record to hand to the authority, not for the registry topic.
     *
     * @param keyBundle the party's first key bundle
     */
    public byte[] enrolmentRequest(String organisation, Role role, Document keyBundle) {
        Message request = new EnrolmentRequest(
                context("", Purpose.ENROLMENT_REQUEST),
                signer,
                organisation,
                role,
                key.verifyingKey().spki(),
                keyBundle.record());
        return SignedRecords.seal(request, NOTHING, key);
    }

    /**
     * Opens an enrolment request, which proves that its maker holds the key it asks to have enrolled. Who the maker is, the authority
     * finds out otherwise.
     *
     * @throws RejectedException if request or key bundle does not verify under the key in the request, or is of another federation
     */
    public static EnrolmentRequest openRequest(String federation, byte[] record) {
        EnrolmentRequest claimed = SignedRecords.reread(EnrolmentRequest.class, Purpose.ENROLMENT_REQUEST, record)
                .message();
        VerifyingKey identity = VerifyingKey.fromSpki(claimed.identityKey());
        EnrolmentRequest request = SignedRecords.open(
                        EnrolmentRequest.class,
                        Purpose.ENROLMENT_REQUEST,
                        record,
                        claimed.subject(),
                        identity,
                        RecordLimits.ENROLMENT_REQUEST)
                .message();
        KeyBundle bundle = SignedRecords.open(
                        KeyBundle.class,
                        Purpose.KEY_BUNDLE,
                        request.keyBundle(),
                        request.subject(),
                        identity,
                        RecordLimits.REGISTRY)
                .message();
        if (!request.context().federation().equals(federation)
                || !bundle.context().federation().equals(federation)) {
            throw new RejectedException(
                    Reason.WRONG_FEDERATION,
                    "request for federation " + request.context().federation());
        }
        return request;
    }
}
