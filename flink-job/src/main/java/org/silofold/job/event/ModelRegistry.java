package org.silofold.job.event;

import java.util.Collections;
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
 * @param revokedFrom by name, since when an enrolment is withdrawn or was never valid, epoch milliseconds
 */
public record ModelRegistry(
        Context context,
        Roster roster,
        Policy policy,
        ModelSpec spec,
        Digest specDigest,
        SortedMap<String, String> organisations,
        SortedMap<String, Long> revokedFrom) {
    /** Copies the maps. */
    public ModelRegistry {
        organisations = Collections.unmodifiableSortedMap(new TreeMap<>(organisations));
        revokedFrom = Collections.unmodifiableSortedMap(new TreeMap<>(revokedFrom));
    }

    /** Whether this name's enrolment is withdrawn at that moment. */
    public boolean isRevoked(String name, long atMillis) {
        Long from = revokedFrom.get(name);
        return from != null && from <= atMillis;
    }
}
