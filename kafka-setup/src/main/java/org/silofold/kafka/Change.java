package org.silofold.kafka;

import java.util.Map;
import java.util.TreeMap;

/** One step that brings a cluster nearer to what is desired. */
public sealed interface Change {
    /** One line for a person. */
    String describe();

    /** Whether {@code apply} can carry it out; what it cannot mend it only reports. */
    default boolean canApply() {
        return true;
    }

    /** What an operator has to know and only he can change. */
    sealed interface Remark extends Change {
        @Override
        default boolean canApply() {
            return false;
        }
    }

    /** A topic that is missing. */
    record CreateTopic(DesiredTopic topic) implements Change {
        @Override
        public String describe() {
            return "+ create topic " + topic.name() + " with " + topic.partitions() + " partition(s), "
                    + new TreeMap<>(topic.config());
        }
    }

    /** A topic with too few partitions. */
    record AddPartitions(String topic, int from, int to) implements Change {
        @Override
        public String describe() {
            return "~ topic " + topic + ": partitions " + from + " -> " + to;
        }
    }

    /** A topic with other settings. */
    record SetConfig(String topic, Map<String, String> from, Map<String, String> to) implements Change {
        /** Copies the settings. */
        public SetConfig {
            from = Map.copyOf(from);
            to = Map.copyOf(to);
        }

        @Override
        public String describe() {
            StringBuilder line = new StringBuilder("~ topic ").append(topic).append(":");
            new TreeMap<>(to).forEach((key, value) -> line.append(' ')
                    .append(key)
                    .append(' ')
                    .append(from.get(key))
                    .append(" -> ")
                    .append(value));
            return line.toString();
        }
    }

    /** An ACL that is missing. */
    record AllowAccess(Access access) implements Change {
        @Override
        public String describe() {
            return "+ allow " + access.describe();
        }
    }

    /** A cluster that has no authorizer: whoever reaches it may do everything. */
    record NoAuthorizer(int acls) implements Remark {
        @Override
        public String describe() {
            return "! the cluster has no authorizer; " + acls + " ACLs left out";
        }
    }

    /** A topic that keeps its records longer than needed: an operator's choice. */
    record LongerRetention(String topic, String atLeast, String actual) implements Remark {
        @Override
        public String describe() {
            return "! topic " + topic + " has retention.ms " + actual + ", longer than the " + atLeast
                    + " needed; left alone";
        }
    }

    /** A topic with fewer copies than desired: another assignment is the operator's to make. */
    record FewerReplicas(String topic, int desired, int actual) implements Remark {
        @Override
        public String describe() {
            return "! topic " + topic + " has replication factor " + actual + ", less than the " + desired
                    + " desired; left alone";
        }
    }

    /** A topic with more partitions than desired: never shrunk. */
    record ExtraPartitions(String topic, int desired, int actual) implements Remark {
        @Override
        public String describe() {
            return "! topic " + topic + " has " + actual + " partitions, more than the " + desired
                    + " desired; left alone";
        }
    }
}
