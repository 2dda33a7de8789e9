package org.silofold.job.coordinate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/** Reads what {@link StateOutput} wrote. State comes from our own checkpoints: a byte out of place is an {@link IllegalArgumentException}. */
final class StateInput {
    private final ByteBuffer in;

    StateInput(byte[] bytes) {
        this.in = ByteBuffer.wrap(bytes);
    }

    void requireEnd() {
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes of state too many");
        }
    }

    int code() {
        return need(1).get();
    }

    boolean bool() {
        return need(1).get() != 0;
    }

    int integer() {
        return need(Integer.BYTES).getInt();
    }

    long number() {
        return need(Long.BYTES).getLong();
    }

    double real() {
        return need(Double.BYTES).getDouble();
    }

    byte[] blob() {
        return bytes(integer());
    }

    String text() {
        return new String(blob(), StandardCharsets.UTF_8);
    }

    int[] words() {
        int count = integer();
        need(Math.multiplyExact(count, Integer.BYTES));
        int[] words = new int[count];
        for (int i = 0; i < count; i++) {
            words[i] = in.getInt();
        }
        return words;
    }

    Digest digest() {
        return Digest.of(bytes(Digest.LENGTH));
    }

    UpdateId updateId() {
        return UpdateId.of(bytes(UpdateId.LENGTH));
    }

    UpdateRef ref() {
        return new UpdateRef(text(), updateId(), digest());
    }

    Buffer buffer() {
        return new Buffer(number(), integer());
    }

    Reason reason() {
        return Reason.ofCode(text());
    }

    OptionalLong optionalNumber() {
        return bool() ? OptionalLong.of(number()) : OptionalLong.empty();
    }

    <T> Optional<T> optional(Supplier<T> reader) {
        return bool() ? Optional.of(reader.get()) : Optional.empty();
    }

    <T> List<T> list(Supplier<T> reader) {
        int count = integer();
        List<T> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(reader.get());
        }
        return values;
    }

    <K, V> void map(Map<K, V> into, Supplier<K> keyReader, Supplier<V> valueReader) {
        int count = integer();
        for (int i = 0; i < count; i++) {
            K key = keyReader.get();
            into.put(key, valueReader.get());
        }
    }

    private byte[] bytes(int count) {
        need(count);
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    private ByteBuffer need(int count) {
        if (count < 0 || in.remaining() < count) {
            throw new IllegalArgumentException("state is cut short");
        }
        return in;
    }
}
