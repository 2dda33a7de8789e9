package org.silofold.schemas.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.rules.FieldLimits;

/**
 * Avro's binary encoding (specification 1.12, "Binary encoding"), read from a byte array by the rules that hostile input calls for:
 * no length is believed before it was compared with the bytes that are left, and each value has one encoding only (shortest
 * integers, one block an array, well-formed UTF-8). So a header that decodes is the header that encoding would give.
 *
 * <p>Fails with {@link Reason#MALFORMED_HEADER} and nothing else. Maps, enums, floats and booleans are no part of any header.
 */
final class StrictDecoder extends Decoder {
    private static final int MAX_INT_BYTES = 5;
    private static final int MAX_LONG_BYTES = 10;

    private final byte[] bytes;
    private int position;

    StrictDecoder(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Bytes not read yet. */
    int remaining() {
        return bytes.length - position;
    }

    private static RejectedException malformed(String detail) {
        return new RejectedException(Reason.MALFORMED_HEADER, detail);
    }

    private RejectedException absent(String type) {
        return malformed("no header holds a " + type + " (at byte " + position + ")");
    }

    private int take(int length) {
        if (length > remaining()) {
            throw malformed("ends at byte " + bytes.length + " where " + length + " more are due at " + position);
        }
        int start = position;
        position += length;
        return start;
    }

    /** A zig-zag variable-length integer; the most significant group of a number longer than one byte is never zero. */
    private long varint(int maxBytes) {
        long value = 0;
        for (int i = 0; i < maxBytes; i++) {
            int b = bytes[take(1)];
            value |= (long) (b & 0x7f) << (7 * i);
            if (b >= 0) {
                if (b == 0 && i > 0) {
                    throw malformed("an integer has more bytes than it needs, before byte " + position);
                }
                if (i == MAX_LONG_BYTES - 1 && b > 1) {
                    throw malformed("an integer has more than 64 bits, before byte " + position);
                }
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw malformed("an integer has more than " + maxBytes + " bytes, before byte " + position);
    }

    @Override
    public int readInt() {
        long value = varint(MAX_INT_BYTES);
        if (value != (int) value) {
            throw malformed("an integer has more than 32 bits, before byte " + position);
        }
        return (int) value;
    }

    @Override
    public long readLong() {
        return varint(MAX_LONG_BYTES);
    }

    @Override
    public double readDouble() {
        return ByteBuffer.wrap(bytes, take(Double.BYTES), Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getDouble();
    }

    private int length() {
        long length = readLong();
        if (length < 0 || length > remaining()) {
            throw malformed(
                    "a length of " + length + " where " + remaining() + " bytes are left, before byte " + position);
        }
        return (int) length;
    }

    @Override
    public String readString() {
        int length = length();
        int start = take(length);
        try {
            CharBuffer text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, start, length));
            return text.toString();
        } catch (CharacterCodingException e) {
            throw malformed("a string is not UTF-8, at byte " + start);
        }
    }

    @Override
    public Utf8 readString(Utf8 old) {
        return new Utf8(readString());
    }

    @Override
    public void skipString() {
        take(length());
    }

    @Override
    public ByteBuffer readBytes(ByteBuffer old) {
        int length = length();
        byte[] value = new byte[length];
        System.arraycopy(bytes, take(length), value, 0, length);
        return ByteBuffer.wrap(value);
    }

    @Override
    public void skipBytes() {
        take(length());
    }

    @Override
    public void readFixed(byte[] target, int start, int length) {
        System.arraycopy(bytes, take(length), target, start, length);
    }

    @Override
    public void skipFixed(int length) {
        take(length);
    }

    /** Every element takes at least one byte, so more elements than bytes are refused before anything is allocated. */
    @Override
    public long readArrayStart() {
        long count = readLong();
        if (count < 0 || count > FieldLimits.ELEMENTS || count > remaining()) {
            throw malformed("an array of " + count + " elements where " + remaining() + " bytes are left, before byte "
                    + position);
        }
        return count;
    }

    @Override
    public long arrayNext() {
        if (readLong() != 0) {
            throw malformed("an array has a second block, before byte " + position);
        }
        return 0;
    }

    @Override
    public long skipArray() {
        return readArrayStart();
    }

    /** Unions are optional values: branch 0 is null, branch 1 the value. */
    @Override
    public int readIndex() {
        int index = readInt();
        if (index != 0 && index != 1) {
            throw malformed("union branch " + index + ", before byte " + position);
        }
        return index;
    }

    @Override
    public void readNull() {
        // Null takes no bytes.
    }

    @Override
    public boolean readBoolean() {
        throw absent("boolean");
    }

    @Override
    public float readFloat() {
        throw absent("float");
    }

    @Override
    public int readEnum() {
        throw absent("enum");
    }

    @Override
    public long readMapStart() {
        throw absent("map");
    }

    @Override
    public long mapNext() {
        throw absent("map");
    }

    @Override
    public long skipMap() {
        throw absent("map");
    }
}
