package org.silofold.protocol.envelope;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;

/**
 * The encoding of fields for digests and key derivation: each field is preceded by its length as u32 big-endian, so no two different
 * lists of fields give the same bytes. Integers are big-endian.
 */
public final class LengthPrefixed {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A field of these bytes. */
    public LengthPrefixed bytes(byte[] field) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(field.length).array());
        out.writeBytes(field);
        return this;
    }

    /** A field of UTF-8 text. */
    public LengthPrefixed text(String field) {
        return bytes(field.getBytes(StandardCharsets.UTF_8));
    }

    /** A field of four bytes. */
    public LengthPrefixed int32(int field) {
        return bytes(ByteBuffer.allocate(Integer.BYTES).putInt(field).array());
    }

    /** A field of eight bytes. */
    public LengthPrefixed int64(long field) {
        return bytes(ByteBuffer.allocate(Long.BYTES).putLong(field).array());
    }

    /** A field of a digest's 32 bytes. */
    public LengthPrefixed digest(Digest field) {
        return bytes(field.toBytes());
    }

    /** A field of an update id's 16 bytes. */
    public LengthPrefixed updateId(UpdateId field) {
        return bytes(field.toBytes());
    }

    /** All fields so far. */
    public byte[] toBytes() {
        return out.toByteArray();
    }
}
