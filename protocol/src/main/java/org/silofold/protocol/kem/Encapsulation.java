package org.silofold.protocol.kem;

import org.silofold.protocol.key.SecretBytes;

/**
 * A fresh shared secret and its ciphertext.
 *
 * @param ciphertext for the holder of the private key; 1088 bytes for ML-KEM-768
 * @param secret 32 bytes; closed by whoever asked for the encapsulation
 */
public record Encapsulation(byte[] ciphertext, SecretBytes secret) implements AutoCloseable {
    /** Wipes the secret. */
    @Override
    public void close() {
        secret.close();
    }

    /** The lengths, never the bytes. */
    @Override
    public String toString() {
        return "Encapsulation[" + ciphertext.length + " bytes, " + secret + "]";
    }
}
