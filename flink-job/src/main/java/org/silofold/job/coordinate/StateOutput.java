package org.silofold.job.coordinate;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/** Writes values big-endian, one after another: lengths and counts before what they count. {@link StateInput} reads them back. */
final class StateOutput {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    /** A write to a stream in memory. */
    @FunctionalInterface
    private interface Write {
        void run() throws IOException;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    void code(int value) {
        write(() -> out.writeByte(value));
    }

    void bool(boolean value) {
        write(() -> out.writeBoolean(value));
    }

    void integer(int value) {
        write(() -> out.writeInt(value));
    }

    void number(long value) {
        write(() -> out.writeLong(value));
    }

    void real(double value) {
        write(() -> out.writeDouble(value));
    }

    void blob(byte[] value) {
        integer(value.length);
        write(() -> out.write(value));
    }

    void text(String value) {
        blob(value.getBytes(StandardCharsets.UTF_8));
    }

    void words(int[] value) {
        integer(value.length);
        for (int word : value) {
            integer(word);
        }
    }

    void digest(Digest value) {
        write(() -> out.write(value.toBytes()));
    }

    void updateId(UpdateId value) {
        write(() -> out.write(value.toBytes()));
    }

    void ref(UpdateRef value) {
        text(value.silo());
        updateId(value.updateId());
        digest(value.manifestDigest());
    }

    void buffer(Buffer value) {
        number(value.version());
        integer(value.attempt());
    }

    void reason(Reason value) {
        text(value.code());
    }

    void optionalNumber(OptionalLong value) {
        bool(value.isPresent());
        value.ifPresent(this::number);
    }

    <T> void optional(Optional<T> value, Consumer<T> writer) {
        bool(value.isPresent());
        value.ifPresent(writer);
    }

    <T> void list(Collection<T> values, Consumer<T> writer) {
        integer(values.size());
        values.forEach(writer);
    }

    <K, V> void map(Map<K, V> values, Consumer<K> keyWriter, Consumer<V> valueWriter) {
        integer(values.size());
        values.forEach((key, value) -> {
            keyWriter.accept(key);
            valueWriter.accept(value);
        });
    }

    private static void write(Write write) {
        try {
            write.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
