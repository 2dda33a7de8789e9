package org.silofold.schemas.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;

/**
 * The schemas and headers of each revision as they were first released, revision k's in {@code src/test/resources/baseline/v<k>}: a copy
 * of each schema file, and in {@code headers} what the revision's samples encoded to, one file a purpose. They are never changed.
 *
 * <p>{@link #main} wrote them, once: {@code java org.silofold.schemas.codec.Baseline src/main/avro src/test/resources/baseline/v2}.
 * It refuses to overwrite. A later revision gets a directory of its own.
 */
final class Baseline {
    private Baseline() {}

    /** The schemas in a directory by full name, named types among them. */
    static Map<String, Schema> schemas(Path directory) {
        SchemaParser parser = new SchemaParser();
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> sources = files.filter(file -> file.toString().endsWith(".avsc"))
                    .sorted()
                    .toList();
            for (Path source : sources) {
                parser.parse(source);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, Schema> byName = new TreeMap<>();
        parser.getParsedNamedSchemas().forEach(schema -> byName.put(schema.getFullName(), schema));
        return byName;
    }

    /** The header that a revision wrote for a purpose's sample. */
    static byte[] header(int revision, Purpose purpose) {
        String name = "/baseline/v" + revision + "/headers/" + fileName(purpose);
        try (InputStream in = Baseline.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no golden header " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String fileName(Purpose purpose) {
        return purpose.text().substring(purpose.text().lastIndexOf('/') + 1) + ".bin";
    }

    public static void main(String[] arguments) throws IOException {
        Path schemas = Path.of(arguments[0]);
        Path baseline = Files.createDirectory(Path.of(arguments[1]));
        try (Stream<Path> files = Files.list(schemas)) {
            for (Path file : files.sorted().toList()) {
                Files.copy(file, baseline.resolve(file.getFileName()));
            }
        }
        Path headers = Files.createDirectory(baseline.resolve("headers"));
        for (Map.Entry<Purpose, Message> sample : RevisionTwoSamples.all().entrySet()) {
            Files.write(headers.resolve(fileName(sample.getKey())), HeaderCodec.encode(sample.getValue()));
        }
    }
}
