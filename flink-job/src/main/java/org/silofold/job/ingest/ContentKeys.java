package org.silofold.job.ingest;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.envelope.ContentKey;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.reason.RejectedException;

/**
 * Content keys of the updates that passed lately, so that an update of many shards is decapsulated once. A key is only taken from here if the
 * record carries the very bytes that it came from; other bytes are opened anew. Not thread-safe.
 */
final class ContentKeys implements AutoCloseable {
    private static final int REMEMBERED = 64;

    private final String recipient;
    private final Map<UpdateKey, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    private record Entry(Context context, WrappedKey wrapped, Digest cekDigest, ContentKey key) {
        boolean matches(Context otherContext, WrappedKey other, Digest digest) {
            return context.equals(otherContext)
                    && cekDigest.equals(digest)
                    && Arrays.equals(wrapped.kemCiphertext(), other.kemCiphertext())
                    && Arrays.equals(wrapped.wrapped(), other.wrapped());
        }
    }

    /**
     * @param recipient the aggregator's name
     */
    ContentKeys(String recipient) {
        this.recipient = recipient;
    }

    /**
     * The update's content key, owned by this object.
     *
     * @throws RejectedException NOT_A_RECIPIENT or KEY_DIGEST_MISMATCH
     */
    ContentKey open(Context context, UpdateKey update, List<WrappedKey> keys, Digest cekDigest, KemPrivateKey kem) {
        // The wrap binds the context without its purpose: shards and manifest carry the same bytes.
        Context bound = context.withPurpose(Purpose.UPDATE_MANIFEST);
        Entry entry = entries.get(update);
        for (WrappedKey key : keys) {
            if (entry != null && key.recipient().equals(recipient) && entry.matches(bound, key, cekDigest)) {
                return entry.key();
            }
        }
        ContentKey key = ContentKey.unwrap(keys, recipient, kem, context, update.updateId(), cekDigest);
        WrappedKey ours = keys.stream()
                .filter(wrapped -> wrapped.recipient().equals(recipient))
                .findFirst()
                .orElseThrow();
        forget(entries.put(update, new Entry(bound, ours, cekDigest, key)));
        if (entries.size() > REMEMBERED) {
            UpdateKey eldest = entries.keySet().iterator().next();
            forget(entries.remove(eldest));
        }
        return key;
    }

    private static void forget(Entry entry) {
        if (entry != null) {
            entry.key().close();
        }
    }

    @Override
    public void close() {
        entries.values().forEach(ContentKeys::forget);
        entries.clear();
    }
}
