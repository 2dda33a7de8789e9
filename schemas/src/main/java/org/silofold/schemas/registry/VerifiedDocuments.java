package org.silofold.schemas.registry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.silofold.protocol.kem.KemPublicKey;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Enrolment;
import org.silofold.protocol.registry.KeyBundle;
import org.silofold.protocol.registry.RegistryDocument;
import org.silofold.protocol.registry.Revocation;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.registry.VoidVersion;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.TopicKind;

/**
 * The newest verified document of each key, and what was parsed of them. A document is verified and parsed completely before
 * anything here changes.
 */
final class VerifiedDocuments {
    private final String federation;
    private final VerifyingKey authority;

    /** By document key; enrolments sort before the key bundles that need them. */
    private final TreeMap<String, SignedRecord<? extends RegistryDocument>> documents = new TreeMap<>();

    private final Map<String, VerifyingKey> identityKeys = new HashMap<>();
    private final Map<String, KemPublicKey> kemKeys = new HashMap<>();
    private final PendingBundles pending = new PendingBundles();

    VerifiedDocuments(String federation, VerifyingKey authority) {
        this.federation = federation;
        this.authority = authority;
    }

    Optional<SignedRecord<? extends RegistryDocument>> held(String key) {
        return Optional.ofNullable(documents.get(key));
    }

    Optional<VerifyingKey> identityKey(String subject) {
        return Optional.ofNullable(identityKeys.get(subject));
    }

    Optional<KemPublicKey> kemKey(String bundleKey) {
        return Optional.ofNullable(kemKeys.get(bundleKey));
    }

    /** Keys of the documents held that begin so, sorted. */
    List<String> keysUnder(String prefix) {
        return List.copyOf(
                documents.subMap(prefix, true, prefix + '\uffff', false).keySet());
    }

    List<byte[]> records() {
        List<byte[]> records = new ArrayList<>();
        documents.values().forEach(document -> records.add(document.record()));
        records.addAll(pending.records());
        return records;
    }

    boolean apply(byte[] key, byte[] record) {
        if (key == null || record == null) {
            throw new RejectedException(Reason.MALFORMED_FRAME, "a registry record without key or value");
        }
        String documentKey = new String(key, StandardCharsets.UTF_8);
        SignedRecord<? extends RegistryDocument> known = documents.get(documentKey);
        if (known != null && Arrays.equals(known.record(), record)) {
            return false;
        }
        Purpose purpose = TopicKind.REGISTRY.purpose(key);
        if (purpose == Purpose.KEY_BUNDLE) {
            return applyBundle(documentKey, record);
        }
        SignedRecord<RegistryDocument> signed =
                SignedRecords.openByKey(RegistryDocument.class, purpose, record, authority, RecordLimits.REGISTRY);
        if (!isNews(documentKey, signed)) {
            return false;
        }
        checkAndStore(documentKey, signed);
        return true;
    }

    private void checkAndStore(String key, SignedRecord<RegistryDocument> signed) {
        RegistryDocument document = signed.message();
        if (document instanceof Enrolment enrolment) {
            enrol(key, signed, enrolment.subject());
            return;
        }
        if (document instanceof Roster roster) {
            requireNextEpoch(roster);
        }
        if (document instanceof VoidVersion version) {
            storeVoid(key, signed, version);
            return;
        }
        int slash = key.indexOf('/');
        if (slash > 0 && !documents.containsKey(key)) {
            int bound = document instanceof Revocation ? RegistryView.MAX_SUBJECTS : RegistryView.MAX_MODELS;
            if (keysUnder(key.substring(0, slash + 1)).size() >= bound) {
                throw new RejectedException(Reason.INVALID_FIELD, key + ": one more than the " + bound + " kept");
            }
        }
        documents.put(key, signed);
    }

    /** The oldest goes first; models are bounded as they are for policies. */
    private void storeVoid(String key, SignedRecord<RegistryDocument> signed, VoidVersion document) {
        List<String> kept = keysUnder("void-version/" + document.context().model() + "/");
        if (kept.isEmpty() && modelsWithVoids() >= RegistryView.MAX_MODELS) {
            throw new RejectedException(
                    Reason.INVALID_FIELD, key + ": one more than the " + RegistryView.MAX_MODELS + " models kept");
        }
        if (documents.containsKey(key) || kept.size() < RegistryView.MAX_VOIDS) {
            documents.put(key, signed);
            return;
        }
        String oldest =
                kept.stream().min(Comparator.comparingLong(this::versionOf)).orElseThrow();
        if (document.version() < versionOf(oldest)) {
            throw new RejectedException(Reason.OLD_DOCUMENT, key + ": newer void versions are known");
        }
        documents.remove(oldest);
        documents.put(key, signed);
    }

    private long modelsWithVoids() {
        return keysUnder("void-version/").stream()
                .map(key -> key.substring(0, key.lastIndexOf('/')))
                .distinct()
                .count();
    }

    private long versionOf(String voidKey) {
        return ((VoidVersion) documents.get(voidKey).message()).version();
    }

    /** Thresholds, keys and certificates are an epoch's: another roster takes another epoch. */
    private void requireNextEpoch(Roster roster) {
        OptionalInt current = currentEpoch();
        if (current.isPresent() && roster.epoch() <= current.getAsInt()) {
            throw new RejectedException(
                    Reason.OLD_DOCUMENT, "roster: its epoch " + roster.epoch() + " is not above " + current.getAsInt());
        }
    }

    private OptionalInt currentEpoch() {
        SignedRecord<? extends RegistryDocument> newest = documents.get("roster");
        return newest == null ? OptionalInt.empty() : OptionalInt.of(((Roster) newest.message()).epoch());
    }

    private void enrol(String key, SignedRecord<RegistryDocument> signed, String subject) {
        VerifyingKey identity = VerifyingKey.fromSpki(signed.payload());
        VerifyingKey before = identityKeys.get(subject);
        if (before == null && identityKeys.size() >= RegistryView.MAX_SUBJECTS) {
            throw new RejectedException(
                    Reason.INVALID_FIELD, key + ": one more than the " + RegistryView.MAX_SUBJECTS + " kept");
        }
        documents.put(key, signed);
        identityKeys.put(subject, identity);
        if (before != null && !before.equals(identity)) {
            // Signed with a key that is this subject's no more.
            keysUnder(bundlesOf(subject)).forEach(this::dropBundle);
        }
        if (!identity.equals(before)) {
            pending.take(subject).forEach(this::applyPending);
        }
    }

    /** What waited was written by anyone; the enrolment stands whether it verifies or not. */
    private void applyPending(byte[] record) {
        try {
            applyBundle(DocumentKeys.unverified(record), record);
        } catch (RejectedException e) {
            // Dropped: the subject's own bundle, if there is one, comes later. One of another identity goes on waiting.
        }
    }

    private boolean applyBundle(String key, byte[] record) {
        String subject = subjectOf(key);
        VerifyingKey identity = identityKeys.get(subject);
        if (identity == null) {
            if (!DocumentKeys.unverified(record).equals(key)) {
                throw new RejectedException(Reason.INVALID_FIELD, "the record's key is not its document's");
            }
            pending.keep(subject, epochIn(key), record);
            return false;
        }
        SignedRecord<KeyBundle> signed;
        try {
            signed = SignedRecords.open(
                    KeyBundle.class, Purpose.KEY_BUNDLE, record, subject, identity, RecordLimits.KEY_BUNDLE);
        } catch (RejectedException e) {
            if (e.reason() == Reason.BAD_SIGNATURE && waits(subject, key, record)) {
                return false;
            }
            throw e;
        }
        if (!isNews(key, signed)) {
            return false;
        }
        KemPublicKey kem = KemPublicKey.fromSpki(signed.payload());
        if (!documents.containsKey(key)) {
            makeRoom(subject, signed.message().epoch());
        }
        documents.put(key, signed);
        kemKeys.put(key, kem);
        return true;
    }

    /** Keeps a bundle that the subject's identity key did not sign: its next one, enrolled in a topic that is read later, may have. */
    private boolean waits(String subject, String key, byte[] record) {
        try {
            if (!DocumentKeys.unverified(record).equals(key)) {
                return false;
            }
            pending.keep(subject, epochIn(key), record);
            return true;
        } catch (RejectedException noRoom) {
            return false;
        }
    }

    /**
     * A subject's keys are kept for a bounded number of epochs. The oldest goes first, unless it may be in use still: then the new one
     * is refused, so that nobody can push its own current key out with keys for epochs to come.
     */
    private void makeRoom(String subject, int epoch) {
        List<String> kept = keysUnder(bundlesOf(subject));
        if (kept.size() < RegistryView.MAX_EPOCHS) {
            return;
        }
        String oldest = kept.stream()
                .min((a, b) -> Integer.compare(epochOf(a), epochOf(b)))
                .orElseThrow();
        if (epoch < epochOf(oldest)) {
            throw new RejectedException(
                    Reason.OLD_DOCUMENT, subject + ": keys of newer epochs than " + epoch + " are known");
        }
        if (currentEpoch().isPresent() && epochOf(oldest) >= currentEpoch().getAsInt()) {
            throw new RejectedException(Reason.INVALID_FIELD, subject + ": keys of too many epochs to come");
        }
        dropBundle(oldest);
    }

    private static String bundlesOf(String subject) {
        return "key-bundle/" + subject + "/";
    }

    private int epochOf(String bundleKey) {
        return ((KeyBundle) documents.get(bundleKey).message()).epoch();
    }

    private void dropBundle(String key) {
        documents.remove(key);
        kemKeys.remove(key);
    }

    /** False if these very signed bytes are held already. */
    private boolean isNews(String key, SignedRecord<? extends RegistryDocument> signed) {
        RegistryDocument document = signed.message();
        if (!document.context().federation().equals(federation)) {
            throw new RejectedException(
                    Reason.WRONG_FEDERATION,
                    "document of federation " + document.context().federation());
        }
        if (!document.key().equals(key)) {
            throw new RejectedException(Reason.INVALID_FIELD, "the record's key is not its document's");
        }
        SignedRecord<? extends RegistryDocument> known = documents.get(key);
        if (known == null) {
            return true;
        }
        if (known.digest().equals(signed.digest())) {
            return false;
        }
        if (document.sequence() <= known.message().sequence()) {
            throw new RejectedException(
                    Reason.OLD_DOCUMENT,
                    key + ": sequence " + document.sequence() + " is not above "
                            + known.message().sequence());
        }
        return true;
    }

    private static int epochIn(String bundleKey) {
        // The key is that of a header that was decoded, whose epoch is a number.
        return Integer.parseInt(bundleKey.substring(bundleKey.lastIndexOf('/') + 1));
    }

    private static String subjectOf(String bundleKey) {
        String[] parts = bundleKey.split("/", -1);
        if (parts.length != 3) {
            throw new RejectedException(Reason.INVALID_FIELD, "a key bundle's key is key-bundle/subject/epoch");
        }
        return parts[1];
    }
}
