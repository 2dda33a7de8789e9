package org.silofold.job.event;

import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.Reason;

/**
 * A record was turned away.
 *
 * @param reason the stable code
 * @param model the model it was about, empty where nobody can tell
 * @param topic where the record was
 * @param partition where the record was
 * @param offset where the record was
 * @param recordDigest SHA-256 of the record's value
 * @param detail one line for a person
 */
public record Rejected(
        Reason reason, String model, String topic, int partition, long offset, Digest recordDigest, String detail) {}
