package org.silofold.demo.soak;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What goes wrong. */
enum FaultKind {
    /** SIGKILL to a TaskManager. */
    TASK_MANAGER_KILLED("taskmanager killed", Length.DEATH),
    /** SIGKILL to the JobManager. */
    JOB_MANAGER_KILLED("jobmanager killed", Length.DEATH),
    /** SIGKILL to the JobManager and a TaskManager. */
    BOTH_KILLED("jobmanager and taskmanager killed", Length.DEATH),
    /**
     * SIGKILL to all TaskManagers between a checkpoint and the commit of the transactions that it counts on, which Kafka then ends as it does
     * at their timeout.
     */
    TRANSACTIONS_ENDED("transactions ended by kafka", Length.DEATH),
    /** SIGKILL to the broker. */
    BROKER_KILLED("broker killed", Length.DEATH),
    /** The broker is dead for a while. */
    BROKER_AWAY("broker away", Length.LONG),
    /** The JobManager and all TaskManagers are dead for a while. */
    FLINK_AWAY("all of flink away", Length.LONG),
    /** A TaskManager stands still for a while, as a virtual machine that is moved, and goes on. */
    TASK_MANAGER_PAUSED("taskmanager paused", Length.WHILE),
    /** SIGKILL to ZooKeeper. */
    ZOOKEEPER_KILLED("zookeeper killed", Length.DEATH),
    /** SIGKILL to an agent whose newest update is in one state after the other. */
    AGENT_KILLED("agent killed while publishing", Length.DEATH),
    /** SIGKILL to an agent when it has just been asked for a vote, or has just given one and not yet its share. */
    MEMBER_KILLED("member killed around its vote", Length.DEATH),
    /** An agent, and with it a committee member, that is away for a while. */
    MEMBER_GONE("member gone", Length.LONG),
    /** An agent that runs, takes updates, and reaches no broker for a while. */
    SILO_CUT_OFF("silo cut off", Length.LONG),
    /** All silos but one less than a cohort needs are gone for a while. */
    SILOS_GONE("too few silos left", Length.WHILE),
    /** The file system of an agent is full for a while. */
    DISK_FULL("agent's disk full", Length.WHILE),
    /** An agent's clock is a day ahead or behind for a while. */
    CLOCK_OFF("clock a day off", Length.WHILE),
    /** No checkpoint can be written or read for a while. */
    CHECKPOINTS_AWAY("checkpoint directory away", Length.WHILE),
    /** For a while a tenth of what silos and members send is junk. */
    POISON("one record in ten junk", Length.WHILE),
    /** One silo sends what the broker takes, junk and its own records again. */
    FLOOD("flood from one silo", Length.WHILE),
    /** The job goes on with twice the parallelism, from a savepoint, and then as before. */
    RESCALE("rescaled and back", Length.NONE);

    /** How long it lasts. */
    enum Length {
        /** It has no length. */
        NONE,
        /** Seconds: something is dead. */
        DEATH,
        /** Some more: something is not as it should be. */
        WHILE,
        /** As long as an outage of a line. */
        LONG
    }

    private static final Set<FaultKind> ONE_SILO =
            EnumSet.of(AGENT_KILLED, MEMBER_KILLED, MEMBER_GONE, SILO_CUT_OFF, DISK_FULL, CLOCK_OFF, FLOOD);

    private final String words;
    private final Length length;

    FaultKind(String words, Length length) {
        this.words = words;
        this.length = length;
    }

    /** For tables. */
    String words() {
        return words;
    }

    Length length() {
        return length;
    }

    /** Whether it hits one silo's agent alone. */
    boolean hitsOneSilo() {
        return ONE_SILO.contains(this);
    }

    /** For {@code --only}. */
    String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<FaultKind> ofCode(String code) {
        return Arrays.stream(values()).filter(kind -> kind.code().equals(code)).findFirst();
    }

    static String codes() {
        return Arrays.stream(values()).map(FaultKind::code).collect(Collectors.joining(", "));
    }
}
