package org.silofold.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.silofold.job.types.ValueSerializer;
import org.silofold.protocol.reason.RejectedException;

/** Every serializer of the job's state and streams, found where they are compiled: bytes of a damaged checkpoint. */
class SerializerFuzzTest {
    private static final List<ValueSerializer<?>> SERIALIZERS = serializers();

    static List<ValueSerializer<?>> serializers() {
        try {
            Path place = Path.of(ValueSerializer.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (Files.isDirectory(place)) {
                return serializers(place);
            }
            try (FileSystem jar = FileSystems.newFileSystem(place)) {
                return serializers(jar.getPath("/"));
            }
        } catch (IOException | URISyntaxException | ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static List<ValueSerializer<?>> serializers(Path root) throws IOException, ReflectiveOperationException {
        List<ValueSerializer<?>> found = new ArrayList<>();
        List<String> names;
        try (Stream<Path> files = Files.walk(root)) {
            names = files.map(file -> root.relativize(file).toString().replace('/', '.'))
                    .filter(name -> name.endsWith("Serializer.class") && name.startsWith("org.silofold."))
                    .sorted()
                    .toList();
        }
        for (String name : names) {
            Class<?> type = Class.forName(name.substring(0, name.length() - ".class".length()));
            if (ValueSerializer.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
                Field instance = type.getDeclaredField("INSTANCE");
                instance.setAccessible(true);
                found.add((ValueSerializer<?>) instance.get(null));
            }
        }
        return found;
    }

    /** The first byte names the serializer. */
    @FuzzTest
    void value(byte[] data) {
        Choices choices = new Choices(data);
        ValueSerializer<?> serializer = choices.of(SERIALIZERS);
        byte[] bytes = choices.rest();
        Oracle.accepts(
                () -> roundTrip(serializer, bytes),
                IOException.class,
                IllegalArgumentException.class,
                RejectedException.class);
    }

    private static <T> void roundTrip(ValueSerializer<T> serializer, byte[] bytes) throws IOException {
        T value = serializer.deserialize(new DataInputDeserializer(bytes));
        byte[] once = bytes(serializer, value);
        byte[] twice = bytes(serializer, serializer.deserialize(new DataInputDeserializer(once)));
        Oracle.require(Arrays.equals(once, twice), serializer.getClass() + " gives another value");
    }

    private static <T> byte[] bytes(ValueSerializer<T> serializer, T value) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        return out.getCopyOfBuffer();
    }
}
