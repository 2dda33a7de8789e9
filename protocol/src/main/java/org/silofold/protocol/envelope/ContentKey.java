package org.silofold.protocol.envelope;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.silofold.protocol.kem.Encapsulation;
import org.silofold.protocol.kem.KemPrivateKey;
import org.silofold.protocol.kem.KemPublicKey;
import org.silofold.protocol.key.Hkdf;
import org.silofold.protocol.key.SecretBytes;
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
    private static final int TAG_BITS = 128;
    private static final int WRAPPED_LENGTH = LENGTH + TAG_BITS / Byte.SIZE;

    // A wrap key comes from a fresh KEM secret and encrypts this one key: no second message can meet the nonce.
    private static final byte[] WRAP_NONCE = new byte[12];

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
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** As {@link #wrapFor(String, KemPublicKey, Context, UpdateId, SecureRandom)} with the JDK's default randomness. */
    public WrappedKey wrapFor(String recipient, KemPublicKey publicKey, Context context, UpdateId updateId) {
        return wrapFor(recipient, publicKey, context, updateId, new SecureRandom());
    }

    /**
     * Wraps the key for one recipient, under a fresh KEM secret.
     *
     * @param recipient name of the aggregator or an auditor
     * @param publicKey the recipient's KEM key of the context's epoch
     * @param context the update's context, of any purpose: the wrap leaves it out, so shards and manifest carry the same bytes
     * @param random what the KEM secret is made from
     */
    public WrappedKey wrapFor(
            String recipient, KemPublicKey publicKey, Context context, UpdateId updateId, SecureRandom random) {
        byte[] bytes = key.toBytes();
        try (Encapsulation fresh = publicKey.encapsulate(random);
                SecretBytes wrapKey = wrapKey(fresh.secret(), context, updateId, recipient)) {
            return new WrappedKey(recipient, fresh.ciphertext(), crypt(Cipher.ENCRYPT_MODE, wrapKey, bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /**
     * The content key that was wrapped for this recipient.
     *
     * @throws RejectedException {@link Reason#NOT_A_RECIPIENT} if nothing is addressed to it; {@link Reason#KEY_DIGEST_MISMATCH} if
     *     what is does not open, or is not the key that the header's digest names; {@link Reason#INVALID_FIELD} if its KEM ciphertext
     *     has a length that no recipient can open
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
        ContentKey key = open(mine, privateKey, context, updateId);
        if (!key.digest().equals(digest)) {
            key.close();
            throw new RejectedException(
                    Reason.KEY_DIGEST_MISMATCH,
                    "the key wrapped for " + recipient + " is not the one the header names");
        }
        return key;
    }

    private static ContentKey open(WrappedKey mine, KemPrivateKey privateKey, Context context, UpdateId updateId) {
        String recipient = mine.recipient();
        if (mine.wrapped().length != WRAPPED_LENGTH) {
            throw new RejectedException(
                    Reason.KEY_DIGEST_MISMATCH,
                    "the key wrapped for " + recipient + " has " + mine.wrapped().length + " bytes, not "
                            + WRAPPED_LENGTH);
        }
        try (SecretBytes secret = privateKey.decapsulate(mine.kemCiphertext());
                SecretBytes wrapKey = wrapKey(secret, context, updateId, recipient)) {
            return new ContentKey(SecretBytes.takeOver(crypt(Cipher.DECRYPT_MODE, wrapKey, mine.wrapped())));
        } catch (AEADBadTagException e) {
            throw new RejectedException(
                    Reason.KEY_DIGEST_MISMATCH, "the key wrapped for " + recipient + " does not open");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        }
    }

    private static byte[] crypt(int mode, SecretBytes wrapKey, byte[] in) throws GeneralSecurityException {
        byte[] key = wrapKey.toBytes();
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, WRAP_NONCE));
            return cipher.doFinal(in);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
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
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** Wipes the key. */
    @Override
    public void close() {
        key.close();
    }

    /** The length, never the bytes. */
    @Override
    public String toString() {
        return "ContentKey[" + LENGTH + " bytes]";
    }
}
