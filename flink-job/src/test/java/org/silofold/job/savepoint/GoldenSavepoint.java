package org.silofold.job.savepoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.silofold.job.config.JobConfig;

/**
 * The savepoint that a release left, with all that the job needs to go on from it, unpacked:
 *
 * <pre>
 *   savepoint/                 the whole job's, canonical
 *   kafka/                     the data of the broker that it read and wrote
 *   federation/authority/      the authority's public key
 *   federation/parties/NAME/   each party's directory: keys made for this and used nowhere else
 * </pre>
 *
 * @param release the release that wrote it, as {@code 0.1.0}
 * @param directory where it was unpacked
 */
public record GoldenSavepoint(String release, Path directory) {
    /** Where they are, among the test resources of the module flink-job. */
    public static final String RESOURCES = "savepoints";

    /** The federation's name. */
    public static final String FEDERATION = "golden";

    /** Every release whose savepoints this one restores. */
    public static List<String> releases() {
        return resource("releases.txt").lines().toList();
    }

    /** Unpacks a release's into an empty directory. */
    public static GoldenSavepoint unpack(String release, Path directory) throws IOException {
        try (InputStream in = open(release + ".zip");
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = directory.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                // As keys must be: for nobody else.
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.write(file, zip.readAllBytes());
            }
        }
        return new GoldenSavepoint(release, directory);
    }

    /** What the release said that the savepoint holds; see {@link SavepointText}. */
    public List<String> stored() {
        return resource(release + ".txt").lines().toList();
    }

    /** The directory that Flink restores. */
    public Path savepoint() {
        return directory.resolve("savepoint");
    }

    /** What the job of such a directory is configured with. */
    public static JobConfig config(Path directory, String bootstrap, int parallelism) {
        Path federation = directory.resolve("federation");
        Path keys = federation.resolve("parties/aggregator/keys");
        Map<String, String> options = new LinkedHashMap<>();
        options.put("federation", FEDERATION);
        options.put("aggregator", "aggregator");
        options.put("bootstrap-servers", bootstrap);
        options.put(
                "authority-key-file",
                federation.resolve("authority/authority.spki").toString());
        options.put("identity-key-file", keys.resolve("identity.pem").toString());
        options.put("kem-key-directory", keys.toString());
        options.put(
                "checkpoint-directory", directory.resolve("checkpoints").toUri().toString());
        options.put("checkpoint-interval-ms", "400");
        options.put("discovery-interval-ms", "1000");
        options.put("restart-delay-ms", "200");
        options.put("parallelism", Integer.toString(parallelism));
        return JobConfig.of(options);
    }

    private static String resource(String name) {
        try (InputStream in = open(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static InputStream open(String name) throws IOException {
        String path = "/" + RESOURCES + "/" + name;
        InputStream in = GoldenSavepoint.class.getResourceAsStream(path);
        if (in == null) {
            throw new IOException("no resource " + path);
        }
        return in;
    }

    /** Its files, by their names in the archive. */
    public static Map<String, Path> files(Path directory) throws IOException {
        Map<String, Path> files = new LinkedHashMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            all.filter(Files::isRegularFile)
                    .sorted()
                    .forEach(file ->
                            files.put(directory.relativize(file).toString().replace('\\', '/'), file));
        }
        return files;
    }
}
