package org.silofold.kafka;

import java.util.List;
import java.util.Objects;

/**
 * For whom topics are made.
 *
 * @param prefix put before every topic name with a dot; may be empty
 * @param aggregator the aggregator's name
 * @param authority the authority's name
 * @param silos names of the silos
 * @param members names of the committee's members
 * @param replicationFactor copies of each partition
 */
public record Federation(
        String prefix,
        String aggregator,
        String authority,
        List<String> silos,
        List<String> members,
        short replicationFactor) {
    /** Copies the lists. */
    public Federation {
        Objects.requireNonNull(prefix);
        silos = List.copyOf(silos);
        members = List.copyOf(members);
        if (replicationFactor < 1) {
            throw new IllegalArgumentException("replication factor must be at least 1, not " + replicationFactor);
        }
    }
}
