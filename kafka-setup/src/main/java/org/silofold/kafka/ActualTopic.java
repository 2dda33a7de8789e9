package org.silofold.kafka;

import java.util.Map;

/**
 * A topic as a cluster has it.
 *
 * @param partitions its partitions
 * @param replicationFactor copies of the partition that has fewest
 * @param config its effective settings, defaults included
 */
public record ActualTopic(int partitions, int replicationFactor, Map<String, String> config) {
    /** Copies the settings. */
    public ActualTopic {
        config = Map.copyOf(config);
    }
}
