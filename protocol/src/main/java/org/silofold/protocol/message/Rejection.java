package org.silofold.protocol.message;

import org.silofold.protocol.reason.Reason;

/**
 * A record that was turned away.
 *
 * @param context the context
 * @param reason the stable code
 * @param topic where the record was
 * @param partition where the record was
 * @param offset where the record was
 * @param recordDigest SHA-256 of the record's value
 * @param detail one line for a person
 */
public record Rejection(
        Context context, Reason reason, String topic, int partition, long offset, Digest recordDigest, String detail)
        implements Message {}
