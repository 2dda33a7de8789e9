package org.silofold.job.types;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;

/** The small pieces that serializers are made of. Lengths are four bytes; arrays of words and floats go in bulk, little-endian. */
public final class Wire {
    /** Bytes moved at once between an array and a view. */
    private static final int CHUNK = 8192;

    /**
     * Bytes that are allocated for a length alone, more than a shard has; beyond, memory grows with what was read, so that a damaged
     * length cannot ask for more.
     */
    private static final int TRUSTED = 1 << 20;

    private Wire() {}

    /** Writes one thing. */
    @FunctionalInterface
    public interface Writer<T> {
        /** Writes the value. */
        void write(T value, DataOutputView out) throws IOException;
    }

    /** Reads one thing. */
    @FunctionalInterface
    public interface Reader<T> {
        /** Reads a value. */
        T read(DataInputView in) throws IOException;
    }

    /** Writes a length and the bytes. */
    public static void writeBytes(byte[] bytes, DataOutputView out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** Reads what {@link #writeBytes} wrote. */
    public static byte[] readBytes(DataInputView in) throws IOException {
        int length = readLength(in);
        byte[] bytes = new byte[Math.min(length, TRUSTED)];
        in.readFully(bytes);
        while (bytes.length < length) {
            int read = bytes.length;
            bytes = Arrays.copyOf(bytes, grown(read, length));
            in.readFully(bytes, read, bytes.length - read);
        }
        return bytes;
    }

    /** Twice as many, at most all. */
    private static int grown(int read, int length) {
        return (int) Math.min(length, 2L * read);
    }

    /** Writes a string as UTF-8. */
    public static void writeString(String text, DataOutputView out) throws IOException {
        writeBytes(text.getBytes(StandardCharsets.UTF_8), out);
    }

    /** Reads what {@link #writeString} wrote. */
    public static String readString(DataInputView in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    /** Writes the 32 bytes of a digest. */
    public static void writeDigest(Digest digest, DataOutputView out) throws IOException {
        out.write(digest.toBytes());
    }

    /** Reads a digest. */
    public static Digest readDigest(DataInputView in) throws IOException {
        byte[] bytes = new byte[Digest.LENGTH];
        in.readFully(bytes);
        return Digest.of(bytes);
    }

    /** Writes the 16 bytes of an update id. */
    public static void writeUpdateId(UpdateId id, DataOutputView out) throws IOException {
        out.write(id.toBytes());
    }

    /** Reads an update id. */
    public static UpdateId readUpdateId(DataInputView in) throws IOException {
        byte[] bytes = new byte[UpdateId.LENGTH];
        in.readFully(bytes);
        return UpdateId.of(bytes);
    }

    /** Writes a reason as its stable code. */
    public static void writeReason(Reason reason, DataOutputView out) throws IOException {
        writeString(reason.code(), out);
    }

    /** Reads a reason. */
    public static Reason readReason(DataInputView in) throws IOException {
        return Reason.ofCode(readString(in));
    }

    /** Writes how many there are, then each. */
    public static <T> void writeAll(Collection<T> values, Writer<? super T> writer, DataOutputView out)
            throws IOException {
        out.writeInt(values.size());
        for (T value : values) {
            writer.write(value, out);
        }
    }

    /** Reads what {@link #writeAll} wrote, into a list that the caller owns. */
    public static <T> List<T> readAll(Reader<? extends T> reader, DataInputView in) throws IOException {
        int count = readLength(in);
        List<T> values = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            values.add(reader.read(in));
        }
        return values;
    }

    /** Writes whether there is a value, then the value. */
    public static <T> void writeOptional(Optional<T> value, Writer<? super T> writer, DataOutputView out)
            throws IOException {
        out.writeBoolean(value.isPresent());
        if (value.isPresent()) {
            writer.write(value.get(), out);
        }
    }

    /** Reads what {@link #writeOptional} wrote. */
    public static <T> Optional<T> readOptional(Reader<? extends T> reader, DataInputView in) throws IOException {
        return in.readBoolean() ? Optional.of(reader.read(in)) : Optional.empty();
    }

    /** Writes the words in bulk. */
    public static void writeWords(int[] words, DataOutputView out) throws IOException {
        out.writeInt(words.length);
        byte[] chunk = new byte[CHUNK];
        ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < words.length; from += CHUNK / Integer.BYTES) {
            int count = Math.min(CHUNK / Integer.BYTES, words.length - from);
            buffer.asIntBuffer().put(words, from, count);
            out.write(chunk, 0, count * Integer.BYTES);
        }
    }

    /** Reads what {@link #writeWords} wrote. */
    public static int[] readWords(DataInputView in) throws IOException {
        int length = readLength(in);
        int[] words = new int[Math.min(length, TRUSTED / Integer.BYTES)];
        byte[] chunk = new byte[CHUNK];
        ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < length; from += CHUNK / Integer.BYTES) {
            if (from == words.length) {
                words = Arrays.copyOf(words, grown(from, length));
            }
            int count = Math.min(CHUNK / Integer.BYTES, words.length - from);
            in.readFully(chunk, 0, count * Integer.BYTES);
            buffer.asIntBuffer().get(words, from, count);
        }
        return words;
    }

    /** Writes the floats in bulk, bit for bit. */
    public static void writeFloats(float[] floats, DataOutputView out) throws IOException {
        out.writeInt(floats.length);
        byte[] chunk = new byte[CHUNK];
        ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < floats.length; from += CHUNK / Float.BYTES) {
            int count = Math.min(CHUNK / Float.BYTES, floats.length - from);
            buffer.asFloatBuffer().put(floats, from, count);
            out.write(chunk, 0, count * Float.BYTES);
        }
    }

    /** Reads what {@link #writeFloats} wrote. */
    public static float[] readFloats(DataInputView in) throws IOException {
        int length = readLength(in);
        float[] floats = new float[Math.min(length, TRUSTED / Float.BYTES)];
        byte[] chunk = new byte[CHUNK];
        ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < length; from += CHUNK / Float.BYTES) {
            if (from == floats.length) {
                floats = Arrays.copyOf(floats, grown(from, length));
            }
            int count = Math.min(CHUNK / Float.BYTES, floats.length - from);
            in.readFully(chunk, 0, count * Float.BYTES);
            buffer.asFloatBuffer().get(floats, from, count);
        }
        return floats;
    }

    private static int readLength(DataInputView in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            throw new IOException("a length of " + length);
        }
        return length;
    }
}
