package org.silofold.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** The topics that a federation needs, read from {@code topics.json} and multiplied by its silos and members. */
public final class DesiredTopics {
    private static final String RESOURCE = "topics.json";

    private DesiredTopics() {}

    /** The topics of this federation, sorted by name. */
    public static List<DesiredTopic> of(Federation federation) {
        JsonNode root = read();
        String prefix = federation.prefix().isEmpty() ? "" : federation.prefix() + ".";
        List<DesiredTopic> topics = new ArrayList<>();
        for (JsonNode topic : root.get("topics")) {
            String base = prefix + topic.get("name").asText();
            Map<String, String> config = new TreeMap<>(
                    strings(root.get("profiles").get(topic.get("profile").asText())));
            config.putAll(strings(topic.get("config")));
            for (String owner : owners(topic, federation)) {
                topics.add(new DesiredTopic(
                        owner.isEmpty() ? base : base + "." + owner,
                        topic.get("partitions").asInt(),
                        federation.replicationFactor(),
                        config,
                        parties(topic.get("write"), owner, federation),
                        parties(topic.get("read"), owner, federation)));
            }
        }
        topics.sort((a, b) -> a.name().compareTo(b.name()));
        return topics;
    }

    private static JsonNode read() {
        try (InputStream in = DesiredTopics.class.getResourceAsStream(RESOURCE)) {
            return new ObjectMapper().readTree(Objects.requireNonNull(in, RESOURCE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> owners(JsonNode topic, Federation federation) {
        String multiplied = topic.path("for").asText("");
        return switch (multiplied) {
            case "" -> List.of("");
            case "silos" -> federation.silos();
            case "members" -> federation.members();
            default -> throw new IllegalStateException(RESOURCE + ": unknown 'for': " + multiplied);
        };
    }

    private static List<String> parties(JsonNode names, String owner, Federation federation) {
        TreeSet<String> parties = new TreeSet<>();
        for (JsonNode name : names) {
            switch (name.asText()) {
                case "aggregator" -> parties.add(federation.aggregator());
                case "authority" -> parties.add(federation.authority());
                case "self" -> parties.add(owner);
                case "silos" -> parties.addAll(federation.silos());
                case "members" -> parties.addAll(federation.members());
                case "everyone" -> parties.add("*");
                default -> throw new IllegalStateException(RESOURCE + ": unknown principal: " + name.asText());
            }
        }
        return List.copyOf(parties);
    }

    private static Map<String, String> strings(JsonNode object) {
        Map<String, String> values = new TreeMap<>();
        object.properties()
                .forEach(field -> values.put(field.getKey(), field.getValue().asText()));
        return values;
    }
}
