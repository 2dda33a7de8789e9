package org.silofold.protocol.envelope;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * Sealing of payloads, protocol page 5.6: AES-256-GCM (SP 800-38D) in segments of 64 KiB, each followed by its 16-byte tag. The nonce
 * is 8 zero bytes and the segment's index, u32 big-endian, its top bit set on the last: segments cannot be cut off, reordered or
 * moved. One key seals one message; the nonces would repeat otherwise. SunJCE by name: it is the fast one, and stays fast in
 * segments.
 */
public final class Seal {
    /** Plaintext bytes of a full segment. */
    public static final int SEGMENT = 64 * 1024;

    /** Bytes of a tag. */
    public static final int TAG = 16;

    private static final int KEY = 32;
    private static final int NONCE = 12;
    private static final int LAST = 0x80;

    private Seal() {}

    /**
     * Bytes that this many bytes of plaintext seal to.
     *
     * @throws ArithmeticException if that is more than an array can hold
     */
    public static int sealedLength(int plaintext) {
        return Math.addExact(plaintext, segments(plaintext) * TAG);
    }

    private static int segments(int plaintext) {
        return plaintext == 0 ? 1 : (plaintext - 1) / SEGMENT + 1;
    }

    /**
     * Seals a range of bytes into another array.
     *
     * @param key 32 bytes, used for this message alone
     * @param associated associated data of every segment
     * @param out takes {@link #sealedLength} bytes from {@code to}; must not be {@code plaintext}
     * @return the number of bytes written
     */
    public static int seal(
            SecretBytes key, byte[] associated, byte[] plaintext, int offset, int length, byte[] out, int to) {
        Objects.checkFromIndexSize(offset, length, plaintext.length);
        Objects.checkFromIndexSize(to, sealedLength(length), out.length);
        Segments segments = new Segments(key, associated);
        int count = segments(length);
        int written = 0;
        for (int i = 0; i < count; i++) {
            int from = i * SEGMENT;
            int size = Math.min(SEGMENT, length - from);
            written += segments.run(
                    Cipher.ENCRYPT_MODE, i, i == count - 1, plaintext, offset + from, size, out, to + written);
        }
        return written;
    }

    /** As {@link #seal(SecretBytes, byte[], byte[], int, int, byte[], int)} into a fresh array. */
    public static byte[] seal(SecretBytes key, byte[] associated, byte[] plaintext, int offset, int length) {
        byte[] sealed = new byte[sealedLength(length)];
        seal(key, associated, plaintext, offset, length, sealed, 0);
        return sealed;
    }

    /** Seals a whole array. */
    public static byte[] seal(SecretBytes key, byte[] associated, byte[] plaintext) {
        return seal(key, associated, plaintext, 0, plaintext.length);
    }

    /**
     * Opens a sealed range of bytes. Only the length that {@link #sealedLength} gives for some plaintext is tried, so each plaintext has one
     * sealed form.
     *
     * @return the plaintext, a fresh array; nothing of it leaves unless every segment authenticates
     * @throws RejectedException with {@link Reason#SEAL_BROKEN} if any segment does not authenticate
     */
    public static byte[] open(SecretBytes key, byte[] associated, byte[] sealed, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, sealed.length);
        int full = SEGMENT + TAG;
        int count = length == 0 ? 1 : (length - 1) / full + 1;
        int plaintext = length - count * TAG;
        if (plaintext < 0 || sealedLength(plaintext) != length) {
            throw new RejectedException(Reason.SEAL_BROKEN, "no payload seals to " + length + " bytes");
        }
        Segments segments = new Segments(key, associated);
        byte[] opened = new byte[plaintext];
        int to = 0;
        try {
            for (int i = 0; i < count; i++) {
                int size = Math.min(full, length - i * full);
                to += segments.run(Cipher.DECRYPT_MODE, i, i == count - 1, sealed, offset + i * full, size, opened, to);
            }
        } catch (RejectedException e) {
            Arrays.fill(opened, (byte) 0);
            throw e;
        }
        return opened;
    }

    /** Opens a whole array. */
    public static byte[] open(SecretBytes key, byte[] associated, byte[] sealed) {
        return open(key, associated, sealed, 0, sealed.length);
    }

    /** One cipher, initialised anew for every segment. */
    private static final class Segments {
        private final Cipher cipher;
        private final SecretKeySpec key;
        private final byte[] associated;

        Segments(SecretBytes secret, byte[] associated) {
            if (secret.length() != KEY) {
                throw new IllegalArgumentException("a seal's key has " + KEY + " bytes, not " + secret.length());
            }
            byte[] bytes = secret.toBytes();
            try {
                this.cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this JDK has no AES-GCM", e);
            }
            this.key = new SecretKeySpec(bytes, "AES");
            this.associated = associated;
            Arrays.fill(bytes, (byte) 0);
        }

        int run(int mode, int index, boolean last, byte[] in, int offset, int length, byte[] out, int to) {
            byte[] nonce = new byte[NONCE];
            nonce[8] = (byte) ((index >>> 24) | (last ? LAST : 0));
            nonce[9] = (byte) (index >>> 16);
            nonce[10] = (byte) (index >>> 8);
            nonce[11] = (byte) index;
            try {
                cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
                cipher.updateAAD(associated);
                return cipher.doFinal(in, offset, length, out, to);
            } catch (AEADBadTagException e) {
                throw new RejectedException(Reason.SEAL_BROKEN, "segment " + index + " does not authenticate");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-GCM failed", e);
            }
        }
    }
}
