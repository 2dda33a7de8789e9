package org.silofold.demo.cluster;

/**
 * One process of a cluster.
 *
 * @param kind what it is
 * @param name its name in commands, logs and tables
 * @param number from 1 among those of its kind
 */
public record Part(Kind kind, String name, int number) {
    /** What a part is. */
    public enum Kind {
        /** Where Flink keeps who leads and which checkpoint is the newest. */
        ZOOKEEPER("zookeeper"),
        /** A Kafka node, broker and controller in one. */
        BROKER("broker"),
        /** Flink's JobManager. */
        JOB_MANAGER("jobmanager"),
        /** One of Flink's TaskManagers. */
        TASK_MANAGER("taskmanager"),
        /** A silo's agent, with its committee member. */
        AGENT("agent");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    static Part single(Kind kind) {
        return new Part(kind, kind.word, 1);
    }

    static Part taskManager(int number) {
        return new Part(Kind.TASK_MANAGER, Kind.TASK_MANAGER.word + "-" + number, number);
    }

    static Part agent(String silo, int number) {
        return new Part(Kind.AGENT, Kind.AGENT.word + "-" + silo, number);
    }

    /** The silo of an agent. */
    public String silo() {
        if (kind != Kind.AGENT) {
            throw new IllegalStateException(name + " is no agent");
        }
        return name.substring(Kind.AGENT.word.length() + 1);
    }

    @Override
    public String toString() {
        return name;
    }
}
