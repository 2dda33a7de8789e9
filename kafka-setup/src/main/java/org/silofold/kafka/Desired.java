package org.silofold.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What a federation needs at a broker, read from {@code topics.json} and multiplied by its parties.
 *
 * @param topics sorted by name
 * @param access who may do what with the topics and with the job's consumer groups and transactional ids, topic by topic
 */
public record Desired(List<DesiredTopic> topics, List<Access> access) {
    private static final String RESOURCE = "topics.json";

    /** From so many copies on, an acknowledged record is in two of them, and one broker may be away all the same. */
    static final int COPIES_FOR_TWO_IN_SYNC = 3;

    private static final String TWO = "2";
    private static final List<AclOperation> OPERATIONS = List.of(AclOperation.WRITE, AclOperation.READ);

    /** Copies the lists. */
    public Desired {
        topics = List.copyOf(topics);
        access = List.copyOf(access);
    }

    /** What this federation needs. */
    public static Desired of(Federation federation) {
        JsonNode root = read();
        TreeMap<String, DesiredTopic> topics = new TreeMap<>();
        TreeMap<String, List<Access>> topicAccess = new TreeMap<>();
        String prefix = federation.prefix().isEmpty() ? "" : federation.prefix() + ".";
        for (JsonNode topic : root.get("topics")) {
            Map<String, String> config = new TreeMap<>(
                    strings(root.get("profiles").get(topic.get("profile").asText())));
            config.putAll(strings(topic.get("config")));
            if (federation.replicationFactor() >= COPIES_FOR_TWO_IN_SYNC) {
                config.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, TWO);
            }
            for (String owner : owners(topic, federation)) {
                String base = prefix + topic.get("name").asText();
                String name = owner.isEmpty() ? base : base + "." + owner;
                topics.put(
                        name,
                        new DesiredTopic(
                                name, topic.get("partitions").asInt(), federation.replicationFactor(), config));
                topicAccess.put(
                        name,
                        access(
                                topic,
                                new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL),
                                owner,
                                federation));
            }
        }
        List<Access> access = new ArrayList<>();
        topicAccess.values().forEach(access::addAll);
        for (JsonNode client : root.get("clients")) {
            ResourcePattern resource = new ResourcePattern(
                    ResourceType.valueOf(constant(client.get("resource"))),
                    federation.deployment() + "-" + client.get("name").asText(),
                    PatternType.valueOf(constant(client.get("pattern"))));
            access.addAll(access(client, resource, "", federation));
        }
        return new Desired(List.copyOf(topics.values()), access);
    }

    private static JsonNode read() {
        try (InputStream in = Desired.class.getResourceAsStream(RESOURCE)) {
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
            case "auditors" -> federation.auditors();
            case "parties" -> federation.parties();
            default -> throw new IllegalStateException(RESOURCE + ": unknown 'for': " + multiplied);
        };
    }

    private static List<Access> access(JsonNode entry, ResourcePattern resource, String owner, Federation federation) {
        List<Access> access = new ArrayList<>();
        for (AclOperation operation : OPERATIONS) {
            JsonNode names = entry.path(operation.name().toLowerCase(Locale.ROOT));
            for (String party : parties(names, owner, federation)) {
                access.add(new Access("User:" + party, operation, resource));
            }
        }
        return access;
    }

    private static TreeSet<String> parties(JsonNode names, String owner, Federation federation) {
        TreeSet<String> parties = new TreeSet<>();
        for (JsonNode name : names) {
            switch (name.asText()) {
                case "aggregator" -> parties.add(federation.aggregator());
                case "authority" -> parties.add(federation.authority());
                case "self" -> parties.add(owner);
                case "silos" -> parties.addAll(federation.silos());
                case "members" -> parties.addAll(federation.members());
                case "auditors" -> parties.addAll(federation.auditors());
                case "everyone" -> parties.add("*");
                default -> throw new IllegalStateException(RESOURCE + ": unknown party: " + name.asText());
            }
        }
        return parties;
    }

    private static String constant(JsonNode word) {
        return word.asText().toUpperCase(Locale.ROOT);
    }

    private static Map<String, String> strings(JsonNode object) {
        Map<String, String> values = new TreeMap<>();
        object.properties()
                .forEach(field -> values.put(field.getKey(), field.getValue().asText()));
        return values;
    }
}
