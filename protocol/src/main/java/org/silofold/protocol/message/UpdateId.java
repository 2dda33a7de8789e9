package org.silofold.protocol.message;

import java.util.Arrays;
import java.util.HexFormat;

/** Sixteen random bytes that name an update of one silo. State is always keyed by silo and update id together. */
public final class UpdateId implements Comparable<UpdateId> {
    /** Length in bytes. */
    public static final int LENGTH = 16;

    private final byte[] bytes;

    private UpdateId(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The id of these 16 bytes; copies them.
     *
     * @throws IllegalArgumentException if there are not 16
     */
    public static UpdateId of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("an update id has 16 bytes, not " + bytes.length);
        }
        return new UpdateId(bytes.clone());
    }

    /** The id written as 32 hexadecimal digits. */
    public static UpdateId ofHex(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    /** A copy of the 16 bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** 32 hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public int compareTo(UpdateId other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UpdateId id && Arrays.equals(bytes, id.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
