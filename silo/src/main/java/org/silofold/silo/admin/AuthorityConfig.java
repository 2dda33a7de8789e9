package org.silofold.silo.admin;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What the authority's directory says of its federation.
 *
 * @param federation the federation's name
 * @param bootstrap Kafka's {@code bootstrap.servers}
 * @param topicPrefix put before every topic name; may be empty
 */
public record AuthorityConfig(String federation, String bootstrap, String topicPrefix) {
    static AuthorityConfig load(Path file) throws IOException {
        Properties read = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            read.load(in);
        } catch (NoSuchFileException e) {
            throw new AdminException(file + ": no such file; is this the authority's directory?", e);
        }
        return new AuthorityConfig(
                required(file, read, "federation"),
                required(file, read, "bootstrap"),
                read.getProperty("topicPrefix", ""));
    }

    void save(Path file) throws IOException {
        Properties values = new Properties();
        values.setProperty("federation", federation);
        values.setProperty("bootstrap", bootstrap);
        values.setProperty("topicPrefix", topicPrefix);
        try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            values.store(out, "The authority of a Silofold federation");
        }
    }

    private static String required(Path file, Properties read, String key) {
        String value = read.getProperty(key, "").trim();
        if (value.isEmpty()) {
            throw new AdminException(file + ": " + key + " is missing");
        }
        return value;
    }
}
