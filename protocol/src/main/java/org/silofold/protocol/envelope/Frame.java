package org.silofold.protocol.envelope;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * A record's outermost layer, protocol page 5.1.
 *
 * <pre>
 *   0        4               8                  10
 *   "SFD1" | u32 BE header | u16 BE signature | header | signature | payload ...
 * </pre>
 *
 * @param record the whole record; not copied
 * @param header a copy of the header's bytes
 * @param signature a copy of the signature's bytes
 * @param payloadOffset where the payload begins in {@code record}
 */
public record Frame(byte[] record, byte[] header, byte[] signature, int payloadOffset) {
    private static final int MAGIC = 0x53464431;
    private static final int PREFIX = 10;
    private static final int MAX_SIGNATURE = 0xffff;

    /**
     * The most that a record may hold.
     *
     * @param record bytes of the whole record
     * @param header bytes of its header
     */
    public record Limits(int record, int header) {}

    /**
     * Takes a record apart without copying its payload.
     *
     * @throws RejectedException {@link Reason#RECORD_TOO_LARGE} or {@link Reason#MALFORMED_FRAME}
     */
    public static Frame parse(byte[] record, Limits limits) {
        if (record.length > limits.record()) {
            throw new RejectedException(
                    Reason.RECORD_TOO_LARGE, "record has " + record.length + " bytes, at most " + limits.record());
        }
        if (record.length < PREFIX) {
            throw new RejectedException(Reason.MALFORMED_FRAME, "record ends inside the frame's prefix");
        }
        ByteBuffer in = ByteBuffer.wrap(record);
        if (in.getInt() != MAGIC) {
            throw new RejectedException(Reason.MALFORMED_FRAME, "record does not begin with SFD1");
        }
        long header = in.getInt() & 0xffffffffL;
        int signature = in.getShort() & 0xffff;
        if (header > limits.header()) {
            throw new RejectedException(
                    Reason.RECORD_TOO_LARGE, "header has " + header + " bytes, at most " + limits.header());
        }
        if (PREFIX + header + signature > record.length) {
            throw new RejectedException(Reason.MALFORMED_FRAME, "record ends inside header or signature");
        }
        int signatureOffset = PREFIX + (int) header;
        int payloadOffset = signatureOffset + signature;
        return new Frame(
                record,
                Arrays.copyOfRange(record, PREFIX, signatureOffset),
                Arrays.copyOfRange(record, signatureOffset, payloadOffset),
                payloadOffset);
    }

    /** A record of these parts; the payload may be empty. */
    public static byte[] encode(byte[] header, byte[] signature, byte[] payload) {
        if (signature.length > MAX_SIGNATURE) {
            throw new IllegalArgumentException("a signature has at most 65535 bytes");
        }
        return ByteBuffer.allocate(PREFIX + header.length + signature.length + payload.length)
                .putInt(MAGIC)
                .putInt(header.length)
                .putShort((short) signature.length)
                .put(header)
                .put(signature)
                .put(payload)
                .array();
    }

    /** Bytes of payload. */
    public int payloadLength() {
        return record.length - payloadOffset;
    }

    /** A copy of the payload. */
    public byte[] payload() {
        return Arrays.copyOfRange(record, payloadOffset, record.length);
    }
}
