package org.silofold.kafka;

import java.util.Locale;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;

/**
 * A principal may do something with what a pattern names, from any host.
 *
 * @param principal Kafka principal, {@code User:name}
 * @param operation what it may do; reading and writing imply describing
 * @param resource topic, consumer group or transactional id
 */
public record Access(String principal, AclOperation operation, ResourcePattern resource) {
    /** For a person: {@code User:a to write topic updates.a}. */
    public String describe() {
        String type = resource.resourceType().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String of = resource.patternType() == PatternType.PREFIXED ? type + "s that begin with " : type + " ";
        return principal + " to " + operation.name().toLowerCase(Locale.ROOT) + " " + of + resource.name();
    }
}
