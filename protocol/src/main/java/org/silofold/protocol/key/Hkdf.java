package org.silofold.protocol.key;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/** HKDF with SHA-256, extract and expand (RFC 5869, sections 2.2 and 2.3), over HmacSHA256 of the JDK's SunJCE provider. */
public final class Hkdf {
    /** The longest output in bytes: 255 blocks of 32 (RFC 5869, section 2.3). */
    public static final int MAX_LENGTH = 255 * 32;

    private static final int HASH_LENGTH = 32;

    private Hkdf() {}

    /**
     * Derives a key without salt, which RFC 5869 defines as a salt of 32 zero bytes.
     *
     * @param ikm input keying material, left as it is
     * @param info what the key is for and all it is bound to
     * @param length output length in bytes, 1..{@value #MAX_LENGTH}
     * @return the key, owned by the caller, who wipes it
     */
    public static byte[] derive(byte[] ikm, byte[] info, int length) {
        return derive(new byte[HASH_LENGTH], ikm, info, length);
    }

    /** As {@link #derive(byte[], byte[], int)} with a salt; an empty salt counts as none. */
    static byte[] derive(byte[] salt, byte[] ikm, byte[] info, int length) {
        if (length < 1 || length > MAX_LENGTH) {
            throw new IllegalArgumentException("HKDF-SHA256 gives 1.." + MAX_LENGTH + " bytes, not " + length);
        }
        byte[] prk = new byte[HASH_LENGTH];
        byte[] block = new byte[HASH_LENGTH];
        byte[] output = new byte[length];
        try {
            // An empty HMAC key and one of 32 zero bytes are the same key, but SecretKeySpec refuses an empty array.
            Mac hmac = keyed(salt.length == 0 ? new byte[HASH_LENGTH] : salt);
            hmac.update(ikm);
            hmac.doFinal(prk, 0);
            hmac = keyed(prk);
            for (int offset = 0, counter = 1; offset < length; offset += HASH_LENGTH, counter++) {
                if (counter > 1) {
                    hmac.update(block);
                }
                hmac.update(info);
                hmac.update((byte) counter);
                hmac.doFinal(block, 0);
                System.arraycopy(block, 0, output, offset, Math.min(HASH_LENGTH, length - offset));
            }
            return output;
        } catch (ShortBufferException e) {
            throw new IllegalStateException("HmacSHA256 gave more than 32 bytes", e);
        } finally {
            Arrays.fill(prk, (byte) 0);
            Arrays.fill(block, (byte) 0);
        }
    }

    private static Mac keyed(byte[] key) {
        try {
            Mac hmac = Mac.getInstance("HmacSHA256", "SunJCE");
            hmac.init(new SecretKeySpec(key, "HmacSHA256"));
            return hmac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HmacSHA256", e);
        }
    }
}
