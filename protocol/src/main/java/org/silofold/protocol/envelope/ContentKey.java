package org.silofold.protocol.envelope;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.silofold.protocol.kem.Encapsulation;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.kem.KemPublicKey;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * An update's content key (CEK), protocol page 5.5: 32 random bytes, wrapped for the aggregator and each auditor, from which the keys
 * of its shards and meta block are derived. Its digest is in every header, so all recipients open the same bytes.
 */
public final class ContentKey implements AutoCloseable {
    /** Bytes of a content key. */
    public static final int LENGTH = 32;

    private static final byte[] DIGEST_PREFIX = "silofold/v1/cek".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NO_DATA = {};

    private final SecretBytes key;

    private ContentKey(SecretBytes key) {
        this.key = key;
    }

    /** A fresh content key. */
    public static ContentKey generate(SecureRandom random) {
        byte[] bytes = new byte[LENGTH];
        random.nextBytes(bytes);
        return new ContentKey(SecretBytes.takeOver(bytes));
    }

    /** SHA-256 of {@code silofold/v1/cek} and the key. */
    public Digest digest() {
        byte[] bytes = key.toBytes();
        try {
            return Digest.sha256(DIGEST_PREFIX, bytes);
        } finally {
            java.util.Arrays.fill(bytes, (byte) 0);
        }
    }

    /** Wraps the key for one recipient, under a fresh KEM secret. */
    public WrappedKey wrapFor(
            String recipient, KemPublicKey publicKey, Context context, UpdateId updateId, SecureRandom random) {
        byte[] bytes = key.toBytes();
        try (Encapsulation fresh = publicKey.encapsulate(random);
                SecretBytes wrapKey = wrapKey(fresh.secret(), context, updateId, recipient)) {
            return new WrappedKey(recipient, fresh.ciphertext(), Seal.seal(wrapKey, NO_DATA, bytes));
        } finally {
            java.util.Arrays.fill(bytes, (byte) 0);
        }
    }

    /**
     * The content key that was wrapped for this recipient.
     *
     * @throws RejectedException {@link Reason#NOT_A_RECIPIENT} if nothing is addressed to it; {@link Reason#KEY_DIGEST_MISMATCH} if
     *     what is does not open, or is not the key that the header's digest names
     */
    public static ContentKey unwrap(
            List<WrappedKey> wrappedKeys,
            String recipient,
            KemPrivateKey privateKey,
            Context context,
            UpdateId updateId,
            Digest digest) {
        WrappedKey mine = wrappedKeys.stream()
                .filter(wrapped -> wrapped.recipient().equals(recipient))
                .findFirst()
                .orElseThrow(() ->
                        new RejectedException(Reason.NOT_A_RECIPIENT, "no content key is wrapped for " + recipient));
        SecretBytes opened;
        try (SecretBytes secret = privateKey.decapsulate(mine.kemCiphertext());
                SecretBytes wrapKey = wrapKey(secret, context, updateId, recipient)) {
            opened = SecretBytes.takeOver(Seal.open(wrapKey, NO_DATA, mine.wrapped()));
        } catch (RejectedException e) {
            throw new RejectedException(
                    Reason.KEY_DIGEST_MISMATCH, "the key wrapped for " + recipient + " does not open");
        }
        ContentKey key = new ContentKey(opened);
        if (opened.length() != LENGTH || !key.digest().equals(digest)) {
            key.close();
            throw new RejectedException(
                    Reason.KEY_DIGEST_MISMATCH,
                    "the key wrapped for " + recipient + " is not the one the header names");
        }
        return key;
    }

    private static SecretBytes wrapKey(SecretBytes secret, Context context, UpdateId updateId, String recipient) {
        return derive(
                secret,
                new LengthPrefixed()
                        .text("silofold/v1/wrap")
                        .bytes(ContextBytes.withoutPurpose(context))
                        .updateId(updateId)
                        .text(recipient)
                        .toBytes());
    }

    /** The key that seals this shard. */
    public SecretBytes shardKey(Context context, UpdateId updateId, int index) {
        return blockKey(context.withPurpose(Purpose.UPDATE_SHARD), updateId, index);
    }

    /** The key that seals the meta block; {@code block} is its index, one past the last parameter block. */
    public SecretBytes metaKey(Context context, UpdateId updateId, int block) {
        return blockKey(context.withPurpose(Purpose.UPDATE_MANIFEST), updateId, block);
    }

    private SecretBytes blockKey(Context context, UpdateId updateId, int index) {
        return derive(key, PacketKeys.info(context, updateId, index));
    }

    static SecretBytes derive(SecretBytes secret, byte[] info) {
        byte[] bytes = secret.toBytes();
        try {
            return SecretBytes.takeOver(Hkdf.derive(bytes, info, LENGTH));
        } finally {
            java.util.Arrays.fill(bytes, (byte) 0);
        }
    }

    /** Wipes the key. */
    @Override
    public void close() {
        key.close();
    }

    @Override
    public String toString() {
        return "ContentKey[" + LENGTH + " bytes]";
    }
}
