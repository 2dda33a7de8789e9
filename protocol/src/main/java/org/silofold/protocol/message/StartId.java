package org.silofold.protocol.message;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Sixteen random bytes that name one start of the aggregator's job.
 *
 * @param high the first eight bytes, big-endian
 * @param low the last eight bytes, big-endian
 */
public record StartId(long high, long low) {
    /** Length in bytes. */
    public static final int LENGTH = 16;

    /**
     * The id of these 16 bytes.
     *
     * @throws IllegalArgumentException if there are not 16
     */
    public static StartId of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a start id has 16 bytes, not " + bytes.length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new StartId(in.getLong(), in.getLong());
    }

    /** The 16 bytes. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(LENGTH).putLong(high).putLong(low).array();
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}
