package org.silofold.silo.admin;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.RegistryDocument;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.registry.RegistryDocuments;
import org.silofold.schemas.rules.Names;

/** What the authority signed: the newest document of each registry key, and the sequence of the next. */
final class SignedDocuments {
    private final RegistryDocuments signer;
    private final DocumentStore store;

    SignedDocuments(RegistryDocuments signer, DocumentStore store) {
        this.signer = signer;
        this.store = store;
    }

    /** Makes and signs documents; keeps none. */
    RegistryDocuments signer() {
        return signer;
    }

    /** All records by registry key, in an order in which a reader can verify each. */
    Map<String, byte[]> all() throws IOException {
        return store.all();
    }

    /** Whether there is a document of this key. */
    boolean has(String key) throws IOException {
        return store.get(key).isPresent();
    }

    /** Keeps a document as the newest of its key. */
    void store(RegistryDocuments.Document document) throws IOException {
        store.put(document.key(), document.record());
    }

    /** Keeps a document as the newest of its key, and gives what it says. */
    <T extends RegistryDocument> T store(Purpose purpose, Class<T> type, RegistryDocuments.Document document)
            throws IOException {
        store(document);
        return SignedRecords.reread(type, purpose, document.record()).message();
    }

    /** The sequence of the next document of a key: 1 if there is none. */
    <T extends RegistryDocument> long next(Purpose purpose, Class<T> type, String key) throws IOException {
        return newest(purpose, type, key).map(RegistryDocument::sequence).orElse(0L) + 1;
    }

    /**
     * The newest document of a key.
     *
     * @throws AdminException if it is not as the authority signed it
     */
    <T extends RegistryDocument> Optional<T> newest(Purpose purpose, Class<T> type, String key) throws IOException {
        Optional<byte[]> record = store.get(key);
        try {
            return record.map(bytes -> SignedRecords.open(
                            type, purpose, bytes, Authority.NAME, signer.key().verifyingKey(), RecordLimits.REGISTRY)
                    .message());
        } catch (RejectedException e) {
            throw new AdminException("document " + key + " was changed on disk: " + e.getMessage(), e);
        }
    }

    /** Requires what a name in a document may be. */
    static void requireName(String name, String what) {
        if (!Names.isName(name)) {
            throw new AdminException(what + ": a name is 1 to 63 of a-z, 0-9 and -, not " + name);
        }
    }
}
