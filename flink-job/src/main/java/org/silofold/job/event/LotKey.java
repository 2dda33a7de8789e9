package org.silofold.job.event;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.silofold.protocol.message.Digest;

/**
 * The secret of one start that lots are drawn with: 32 random bytes. It is in events between operators and in checkpoints, and nowhere else: whoever
 * knows it can choose an update such that its own draw, and whom it is drawn with, comes out as it likes.
 */
public final class LotKey {
    /** Length in bytes. */
    public static final int LENGTH = 32;

    private final byte[] bytes;

    private LotKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A fresh key. */
    public static LotKey random(SecureRandom random) {
        byte[] bytes = new byte[LENGTH];
        random.nextBytes(bytes);
        return new LotKey(bytes);
    }

    /**
     * The key of these 32 bytes; copies them.
     *
     * @throws IllegalArgumentException if there are not 32
     */
    public static LotKey of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a lot key has " + LENGTH + " bytes, not " + bytes.length);
        }
        return new LotKey(bytes.clone());
    }

    /** A copy of the 32 bytes, for state and for the wire between operators. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** HMAC-SHA-256 (RFC 2104, FIPS 180-4) over the concatenated parts. */
    public Digest tag(byte[]... parts) {
        try {
            Mac hmac = Mac.getInstance("HmacSHA256", "SunJCE");
            hmac.init(new SecretKeySpec(bytes, "HmacSHA256"));
            for (byte[] part : parts) {
                hmac.update(part);
            }
            return Digest.of(hmac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HmacSHA256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LotKey key && MessageDigest.isEqual(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Says nothing of the key. */
    @Override
    public String toString() {
        return "LotKey[secret]";
    }
}
