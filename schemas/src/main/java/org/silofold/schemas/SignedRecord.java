package org.silofold.schemas;

import java.util.Arrays;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;

/**
 * A record whose signature was verified, taken apart. The arrays are owned by this object: nobody mutates them.
 *
 * @param message what the header says
 * @param headerBytes the header exactly as signed
 * @param digest SHA-256 of the signed bytes (purpose, zero byte, header): the manifest digest, roster digest, document digest
 * @param record the whole record
 * @param payloadOffset where the payload begins in {@code record}
 * @param payloadLength bytes of payload, 0 for messages without one
 * @param <T> the message's class
 */
public record SignedRecord<T extends Message>(
        T message, byte[] headerBytes, Digest digest, byte[] record, int payloadOffset, int payloadLength) {
    /** A copy of the payload. */
    public byte[] payload() {
        return Arrays.copyOfRange(record, payloadOffset, payloadOffset + payloadLength);
    }

    /** Says which message it is, not what is in it. */
    @Override
    public String toString() {
        return "SignedRecord[" + message.context().purpose().text() + " of "
                + message.context().sender() + ", " + digest + ", " + record.length + " bytes]";
    }
}
