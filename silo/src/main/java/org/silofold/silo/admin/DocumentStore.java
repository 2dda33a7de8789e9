package org.silofold.silo.admin;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The newest signed record of each registry key, one file each. */
final class DocumentStore {
    private static final String SUFFIX = ".record";

    private final Path directory;

    DocumentStore(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    void put(String key, byte[] record) throws IOException {
        Path file = file(key);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.write(fresh, record);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    Optional<byte[]> get(String key) throws IOException {
        Path file = file(key);
        return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }

    /** All records by key, enrolments first: a reader knows a key's owner before it meets what the owner signed. */
    Map<String, byte[]> all() throws IOException {
        Map<String, byte[]> records = new TreeMap<>();
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.filter(file -> file.toString().endsWith(SUFFIX)).toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            String key = URLDecoder.decode(name.substring(0, name.length() - SUFFIX.length()), StandardCharsets.UTF_8);
            records.put(key, Files.readAllBytes(file));
        }
        return records;
    }

    private Path file(String key) {
        return directory.resolve(URLEncoder.encode(key, StandardCharsets.UTF_8) + SUFFIX);
    }
}
