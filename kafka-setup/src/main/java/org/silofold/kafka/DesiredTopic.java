package org.silofold.kafka;

import java.util.List;
import java.util.Map;

/**
 * A topic as it should be.
 *
 * @param name full name
 * @param partitions fewest partitions
 * @param replicationFactor copies of each partition when it is created
 * @param config settings that must hold; others are left alone
 * @param writers names of the parties that may write; {@code *} for all
 * @param readers names of the parties that may read; {@code *} for all
 */
public record DesiredTopic(
        String name,
        int partitions,
        short replicationFactor,
        Map<String, String> config,
        List<String> writers,
        List<String> readers) {
    /** Copies the collections. */
    public DesiredTopic {
        config = Map.copyOf(config);
        writers = List.copyOf(writers);
        readers = List.copyOf(readers);
    }
}
