package org.silofold.kafka;

import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * For whom topics and ACLs are made. A party's name is the name of its Kafka principal.
 *
 * @param prefix put before every topic name with a dot; may be empty
 * @param deployment the job's {@code deployment} option: begins its consumer groups and transactional ids
 * @param aggregator the aggregator's name
 * @param authority the authority's name
 * @param silos names of the silos
 * @param members names of the committee's members
 * @param auditors names of the auditors; may be empty
 * @param replicationFactor copies of each partition
 */
public record Federation(
        String prefix,
        String deployment,
        String aggregator,
        String authority,
        List<String> silos,
        List<String> members,
        List<String> auditors,
        short replicationFactor) {
    /** Copies the lists. */
    public Federation {
        Objects.requireNonNull(prefix);
        silos = List.copyOf(silos);
        members = List.copyOf(members);
        auditors = List.copyOf(auditors);
        if (deployment.isBlank()) {
            throw new IllegalArgumentException("the deployment has no name");
        }
        if (replicationFactor < 1) {
            throw new IllegalArgumentException("replication factor must be at least 1, not " + replicationFactor);
        }
    }

    /** Everyone who may be enrolled, once and sorted: silos, members, auditors and the aggregator. */
    public List<String> parties() {
        TreeSet<String> parties = new TreeSet<>(silos);
        parties.addAll(members);
        parties.addAll(auditors);
        parties.add(aggregator);
        return List.copyOf(parties);
    }
}
