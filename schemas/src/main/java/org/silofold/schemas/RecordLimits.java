package org.silofold.schemas;

import org.silofold.schemas.rules.FieldLimits;

/**
 * How large a record may be: compared with its length before anything else is done with it. Constants name the kinds of record that
 * differ.
 */
public enum RecordLimits {
    /** A shard, masked or published: 768 KiB of words, their seals' tags, and a header with eight wrapped keys. */
    SHARD(1000 * 1024, 24 * 1024, 800 * 1024),
    /** An update's manifest: 32 KEM ciphertexts in its header; a meta block and 32 share packets of little over 8 KiB each. */
    MANIFEST(512 * 1024, 96 * 1024, 384 * 1024),
    /** A message without payload whose header may be as long as Kafka lets a record be. */
    HEADER_ONLY(RecordLimits.KAFKA_RECORD, RecordLimits.KAFKA_RECORD, 0),
    /** A vote: at most 1024 updates in its way. */
    VOTE(192 * 1024, 176 * 1024, 0),
    /** A member's sum of shares: at most 32 KiB of words. */
    RESPONSE(48 * 1024, 4 * 1024, 32 * 1024),
    /** A registry document: the longest are model specifications of some thousand tensors. */
    REGISTRY(240 * 1024, 224 * 1024, FieldLimits.PUBLIC_KEY),
    /** A key bundle: a KEM public key and a signature. */
    KEY_BUNDLE(16 * 1024, 4 * 1024, FieldLimits.PUBLIC_KEY),
    /** A fate or a rejection. */
    SMALL(32 * 1024, 16 * 1024, 0),
    /** An audit entry. */
    AUDIT(240 * 1024, 224 * 1024, 0),
    /** What a party hands to the authority: its key and its first key bundle. */
    ENROLMENT_REQUEST(128 * 1024, 112 * 1024, 0),
    /** The widest of all: where the kind of record is not known beforehand. */
    DEFAULT(RecordLimits.KAFKA_RECORD, RecordLimits.KAFKA_RECORD, RecordLimits.KAFKA_RECORD);

    /** What Kafka's default settings let through in one record, less room for batch and record framing. */
    public static final int KAFKA_RECORD = 1024 * 1024 - 1024;

    private final int recordBytes;
    private final int headerBytes;
    private final int payloadBytes;

    RecordLimits(int recordBytes, int headerBytes, int payloadBytes) {
        this.recordBytes = recordBytes;
        this.headerBytes = headerBytes;
        this.payloadBytes = payloadBytes;
    }

    /** Most bytes of the whole record. */
    public int recordBytes() {
        return recordBytes;
    }

    /** Most bytes of its header. */
    public int headerBytes() {
        return headerBytes;
    }

    /** Most bytes of its payload. */
    public int payloadBytes() {
        return payloadBytes;
    }
}
