package org.silofold.job.event;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.registry.ModelSpec;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;

/**
 * What the verified registry says about one model at one moment: all that the coordinator knows of it.
 *
 * @param context the current context of this model with the aggregator as its sender; the purpose does not matter
 * @param roster the roster in force; its epoch and digest are in {@code context}
 * @param policy the model's policy in force; its sequence is in {@code context}
 * @param spec the model's specification
 * @param specDigest digest of the specification's signed bytes
 * @param organisations organisation by silo name, for every silo of the roster that is enrolled
 * @param revoked by name, when its enrolment is withdrawn or over
 */
public record ModelRegistry(
        Context context,
        Roster roster,
        Policy policy,
        ModelSpec spec,
        Digest specDigest,
        SortedMap<String, String> organisations,
        SortedMap<String, List<TimeSpan>> revoked) {
    /** Copies the maps. */
    public ModelRegistry {
        organisations = Collections.unmodifiableSortedMap(new TreeMap<>(organisations));
        revoked = Collections.unmodifiableSortedMap(new TreeMap<>(revoked));
    }

    /** Whether this name's enrolment is withdrawn at that moment. */
    public boolean isRevoked(String name, long atMillis) {
        return revoked.getOrDefault(name, List.of()).stream().anyMatch(span -> span.contains(atMillis));
    }
}
