package org.silofold.protocol.key;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Bytes that must stay secret: equality takes the same time wherever two values differ, {@link #toString()} shows only the length,
 * and {@link #close()} overwrites them. After that every use fails. Not thread-safe with respect to {@link #close()}.
 */
public final class SecretBytes implements AutoCloseable {
    private final byte[] bytes;
    private volatile boolean closed;

    private SecretBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes ownership of the array: the caller must not use it any more, {@link #close()} wipes it. */
    public static SecretBytes takeOver(byte[] bytes) {
        return new SecretBytes(bytes);
    }

    /** A secret of a copy of these bytes; the caller keeps the array and wipes it. */
    public static SecretBytes copyOf(byte[] bytes) {
        return new SecretBytes(bytes.clone());
    }

    /**
     * A copy of the bytes, owned by the caller, who wipes it.
     *
     * @throws IllegalStateException after {@link #close()}
     */
    public byte[] toBytes() {
        requireOpen();
        return bytes.clone();
    }

    /** The number of bytes; known even after {@link #close()}. */
    public int length() {
        return bytes.length;
    }

    /** Overwrites the bytes with zeros; again does nothing. */
    @Override
    public void close() {
        closed = true;
        Arrays.fill(bytes, (byte) 0);
    }

    /**
     * Whether the other is a secret of the same bytes, in constant time for equal lengths.
     *
     * @throws IllegalStateException if either was closed
     */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof SecretBytes secret)) {
            return false;
        }
        requireOpen();
        secret.requireOpen();
        return MessageDigest.isEqual(bytes, secret.bytes);
    }

    /** Depends on the length alone, so that no hash table leaks the bytes. */
    @Override
    public int hashCode() {
        return bytes.length;
    }

    /** The length, never the bytes. */
    @Override
    public String toString() {
        return "SecretBytes[" + bytes.length + (closed ? ", closed]" : "]");
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this secret was wiped");
        }
    }
}
