package org.silofold.kafka;

import java.util.Map;

/**
 * A topic as a cluster has it.
 *
 * @param partitions its partitions
 * @param config its effective settings, defaults included
 */
public record ActualTopic(int partitions, Map<String, String> config) {
    /** Copies the settings. */
    public ActualTopic {
        config = Map.copyOf(config);
    }
}
