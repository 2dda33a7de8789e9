package org.silofold.protocol.message;

/**
 * A member's sum of its shares over a certified cohort. The payload is N words, little-endian, in the clear: fewer than t of them
 * say nothing, t of them say the sum of the cohort's secrets.
 *
 * @param context the context
 * @param buffer version and attempt
 * @param cohortDigest the cohort
 * @param payloadDigest SHA-256 of the payload
 */
public record UnmaskResponse(Context context, Buffer buffer, Digest cohortDigest, Digest payloadDigest)
        implements Message {}
