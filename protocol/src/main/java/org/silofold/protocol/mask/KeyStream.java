package org.silofold.protocol.mask;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key stream of AES-256-CTR (NIST SP 800-38A, section 6.5) by the JDK's SunJCE provider: expands a key to as many bytes as are asked
 * for. A position is never read twice. Not thread-safe.
 */
public final class KeyStream {
    /** Bytes of a key. */
    public static final int KEY_LENGTH = 32;

    private static final int IV_LENGTH = 16;
    /** SunJCE's intrinsics do well on 16 KiB at a time. */
    private static final int CHUNK = 16 * 1024;

    private static final byte[] ZEROS = new byte[CHUNK];

    private final Cipher cipher;

    private KeyStream(byte[] key, byte[] iv) {
        try {
            cipher = Cipher.getInstance("AES/CTR/NoPadding", "SunJCE");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-256-CTR", e);
        }
    }

    /** The stream of this 32-byte key, from an IV of 16 zero bytes; copies the key. */
    public static KeyStream of(byte[] key) {
        return of(key, 0);
    }

    /** The stream of this 32-byte key, from an IV of the block index as 8 big-endian bytes and then 8 zero bytes; copies the key. */
    public static KeyStream of(byte[] key, long block) {
        if (key.length != KEY_LENGTH) {
            throw new IllegalArgumentException("AES-256 has keys of 32 bytes, not " + key.length);
        }
        byte[] iv = new byte[IV_LENGTH];
        for (int i = 0; i < 8; i++) {
            iv[i] = (byte) (block >>> (56 - 8 * i));
        }
        return new KeyStream(key, iv);
    }

    /** A stream of a fresh key, for randomness that nobody else may learn or repeat. */
    public static KeyStream fresh(SecureRandom random) {
        byte[] key = new byte[KEY_LENGTH];
        random.nextBytes(key);
        try {
            return of(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** Overwrites the range with the stream's next bytes. */
    public void next(byte[] out, int offset, int length) {
        try {
            for (int done = 0; done < length; ) {
                int size = Math.min(CHUNK, length - done);
                int written = cipher.update(ZEROS, 0, size, out, offset + done);
                if (written != size) {
                    throw new IllegalStateException("AES-CTR held back " + (size - written) + " bytes");
                }
                done += size;
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-CTR failed", e);
        }
    }
}
