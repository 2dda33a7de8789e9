package org.silofold.protocol.message;

/**
 * An update's content key, wrapped for one recipient.
 *
 * @param recipient name of the aggregator or an auditor
 * @param kemCiphertext KEM ciphertext (1088 bytes for ML-KEM-768)
 * @param wrapped AES-256-GCM of the 32-byte content key: 48 bytes
 */
public record WrappedKey(String recipient, byte[] kemCiphertext, byte[] wrapped) {}
