package org.silofold.kafka;

import java.util.Map;

/**
 * A topic as it should be.
 *
 * @param name full name
 * @param partitions fewest partitions
 * @param replicationFactor copies of each partition when it is created
 * @param config settings that must hold; others are left alone
 */
public record DesiredTopic(String name, int partitions, short replicationFactor, Map<String, String> config) {
    /** Copies the settings. */
    public DesiredTopic {
        config = Map.copyOf(config);
    }
}
