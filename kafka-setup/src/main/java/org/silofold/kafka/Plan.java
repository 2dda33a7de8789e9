package org.silofold.kafka;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What is missing between what a federation needs and what a cluster has: a pure function of both. Never holds a deletion.
 *
 * @param changes in the order in which they are carried out
 */
public record Plan(List<Change> changes) {
    /** Copies the list. */
    public Plan {
        changes = List.copyOf(changes);
    }

    /**
     * @param desired what is needed
     * @param actual the topics there are, by name
     * @param allowed the ACLs there are; empty where the cluster has no authorizer and ACLs are left out
     */
    public static Plan between(Desired desired, Map<String, ActualTopic> actual, Optional<Set<Access>> allowed) {
        List<Change> changes = new ArrayList<>();
        for (DesiredTopic topic : desired.topics()) {
            ActualTopic there = actual.get(topic.name());
            if (there == null) {
                changes.add(new Change.CreateTopic(topic));
            } else {
                compare(topic, there, changes);
            }
        }
        if (allowed.isPresent()) {
            desired.access().stream()
                    .filter(access -> !allowed.get().contains(access))
                    .forEach(access -> changes.add(new Change.AllowAccess(access)));
        } else {
            changes.add(new Change.NoAuthorizer(desired.access().size()));
        }
        return new Plan(changes);
    }

    private static void compare(DesiredTopic topic, ActualTopic there, List<Change> changes) {
        if (there.partitions() < topic.partitions()) {
            changes.add(new Change.AddPartitions(topic.name(), there.partitions(), topic.partitions()));
        } else if (there.partitions() > topic.partitions()) {
            changes.add(new Change.ExtraPartitions(topic.name(), topic.partitions(), there.partitions()));
        }
        if (there.replicationFactor() < topic.replicationFactor()) {
            changes.add(new Change.FewerReplicas(topic.name(), topic.replicationFactor(), there.replicationFactor()));
        }
        Map<String, String> from = new TreeMap<>();
        Map<String, String> to = new TreeMap<>();
        topic.config().forEach((key, value) -> {
            String now = there.config().getOrDefault(key, "(unset)");
            if (key.equals(TopicConfig.RETENTION_MS_CONFIG) && longer(now, value)) {
                changes.add(new Change.LongerRetention(topic.name(), value, now));
            } else if (key.equals(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG)
                    && (there.replicationFactor() < Desired.COPIES_FOR_TWO_IN_SYNC || moreInSync(now, value))) {
                // With fewer copies it would stop writing when one is away; an operator may want more of them.
                return;
            } else if (!now.equals(value)) {
                from.put(key, now);
                to.put(key, value);
            }
        });
        if (!to.isEmpty()) {
            changes.add(new Change.SetConfig(topic.name(), from, to));
        }
    }

    /** Whether a topic keeps records longer than needed; -1 is for ever. */
    private static boolean longer(String actual, String needed) {
        try {
            return keptFor(actual) > keptFor(needed);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean moreInSync(String actual, String needed) {
        try {
            return Integer.parseInt(actual) > Integer.parseInt(needed);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static long keptFor(String retention) {
        long millis = Long.parseLong(retention);
        return millis < 0 ? Long.MAX_VALUE : millis;
    }

    /** Whether the cluster differs in anything that {@link ClusterAdmin#apply} would change. */
    public boolean drift() {
        return changes.stream().anyMatch(Change::canApply);
    }

    /** The changes that can be carried out. */
    public List<Change> applicable() {
        return Collections.unmodifiableList(
                changes.stream().filter(Change::canApply).toList());
    }
}
