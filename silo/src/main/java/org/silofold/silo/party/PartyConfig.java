package org.silofold.silo.party;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Role;
import org.silofold.schemas.Topics;

/**
 * {@code party.properties}: who the party is and where its broker is.
 *
 * @param name the party's name, as enrolled
 * @param role what it may do
 * @param organisation the organisation it belongs to
 * @param federation the federation's name
 * @param bootstrap Kafka's {@code bootstrap.servers}
 * @param topicPrefix what every topic's name begins with; may be empty
 * @param clientConfig a Java properties file with further Kafka client settings (TLS and the like), relative to the directory
 */
public record PartyConfig(
        String name,
        Role role,
        String organisation,
        String federation,
        String bootstrap,
        String topicPrefix,
        Optional<Path> clientConfig) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Set<String> KEYS =
            Set.of("name", "role", "organisation", "federation", "bootstrap", "topicPrefix", "clientConfig");

    /** @throws PartyException naming the value that cannot be */
    public PartyConfig {
        Objects.requireNonNull(role);
        Objects.requireNonNull(clientConfig);
        requireName("name", name);
        requireName("organisation", organisation);
        requireName("federation", federation);
        if (bootstrap.isBlank()) {
            throw new PartyException("bootstrap is empty: name the broker as host:port");
        }
        try {
            new Topics(topicPrefix);
        } catch (RejectedException e) {
            throw new PartyException("topicPrefix is not names joined with dots: '" + topicPrefix + "'", e);
        }
    }

    static PartyConfig load(Path file) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (NoSuchFileException e) {
            throw new PartyException(file + ": no such file; is this a party's directory?", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new PartyException(file + ": not readable as properties: " + e.getMessage(), e);
        }
        TreeSet<String> unknown = new TreeSet<>(properties.stringPropertyNames());
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new PartyException(file + ": unknown key " + unknown.first());
        }
        try {
            return new PartyConfig(
                    required(properties, "name"),
                    Role.ofCode(required(properties, "role").toLowerCase(Locale.ROOT)),
                    required(properties, "organisation"),
                    required(properties, "federation"),
                    required(properties, "bootstrap"),
                    properties.getProperty("topicPrefix", "").trim(),
                    Optional.ofNullable(properties.getProperty("clientConfig"))
                            .map(String::trim)
                            .filter(value -> !value.isEmpty())
                            .map(Path::of));
        } catch (PartyException | IllegalArgumentException e) {
            throw new PartyException(file + ": " + e.getMessage(), e);
        }
    }

    byte[] toBytes() {
        Properties properties = new Properties();
        properties.setProperty("name", name);
        properties.setProperty("role", role.code());
        properties.setProperty("organisation", organisation);
        properties.setProperty("federation", federation);
        properties.setProperty("bootstrap", bootstrap);
        properties.setProperty("topicPrefix", topicPrefix);
        clientConfig.ifPresent(path -> properties.setProperty("clientConfig", path.toString()));
        StringWriter text = new StringWriter();
        try {
            properties.store(text, "A party of a Silofold federation");
        } catch (IOException e) {
            throw new IllegalStateException("a string writer does not fail", e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String required(Properties properties, String key) {
        String value = properties.getProperty(key, "").trim();
        if (value.isEmpty()) {
            throw new PartyException(key + " is missing");
        }
        return value;
    }

    private static void requireName(String what, String value) {
        if (!NAME.matcher(value).matches()) {
            throw new PartyException(
                    what + " is not a name of 1..63 small letters, digits and hyphens: '" + value + "'");
        }
    }
}
