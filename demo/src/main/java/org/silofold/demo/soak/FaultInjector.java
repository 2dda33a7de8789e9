package org.silofold.demo.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.silofold.demo.cluster.Cluster;
import org.silofold.demo.cluster.Part;

/** Does a fault to a cluster, from its beginning to its end: when it returns every part runs again, on its own data and settings. */
final class FaultInjector {
    private static final Duration DAY = Duration.ofDays(1);

    private final Cluster cluster;
    private final List<Part> agents;
    private final Random random;
    private final AgentFaults agentFaults;
    private final Moments moments;
    /** So that kills go through the states of publishing in turn. */
    private int agentsKilled;

    /**
     * @param agents those that run, and may be hit
     * @param random of what junk there is
     */
    FaultInjector(Cluster cluster, List<Part> agents, Random random) {
        this.cluster = cluster;
        this.agents = agents;
        this.random = random;
        this.agentFaults = new AgentFaults(cluster);
        this.moments = new Moments(cluster);
    }

    /** Returns what was done, in words. */
    String inject(Fault fault) throws IOException, InterruptedException {
        Part taskManager = any(fault, cluster.parts().of(Part.Kind.TASK_MANAGER));
        Part jobManager = cluster.parts().first(Part.Kind.JOB_MANAGER);
        Part agent = any(fault, agents);
        int pick = fault.pick() / agents.size();
        return switch (fault.kind()) {
            case TASK_MANAGER_KILLED -> kill(fault, List.of(taskManager));
            case JOB_MANAGER_KILLED -> kill(fault, List.of(jobManager));
            case BOTH_KILLED -> kill(fault, List.of(jobManager, taskManager));
            case TRANSACTIONS_ENDED -> transactionsEnded(fault);
            case BROKER_KILLED, BROKER_AWAY -> kill(fault, cluster.parts().of(Part.Kind.BROKER));
            case FLINK_AWAY -> kill(fault, flink());
            case TASK_MANAGER_PAUSED -> paused(fault, taskManager);
            case ZOOKEEPER_KILLED -> kill(fault, cluster.parts().of(Part.Kind.ZOOKEEPER));
            case AGENT_KILLED -> {
                String moment = moments.publishing(agent, agentsKilled++);
                yield kill(fault, List.of(agent)) + ", " + moment;
            }
            case MEMBER_KILLED -> {
                String moment = moments.voting(agent, pick);
                yield kill(fault, List.of(agent)) + ", " + moment;
            }
            case MEMBER_GONE -> kill(fault, List.of(agent));
            case SILO_CUT_OFF -> agentFaults.cutOff(agent, fault.lasts());
            case SILOS_GONE -> kill(fault, allButTooFew(fault));
            case DISK_FULL -> agentFaults.fullDisk(agent, fault.lasts());
            case CLOCK_OFF -> agentFaults.wrongClock(agent, fault.lasts(), pick % 2 == 0 ? DAY : DAY.negated());
            case CHECKPOINTS_AWAY -> checkpointsAway(fault);
            case POISON -> poison(fault);
            case FLOOD -> flood(fault, agent);
            case RESCALE -> rescale();
        };
    }

    /** The one silo that this fault hits alone, if it does. */
    Optional<String> silo(Fault fault) {
        return fault.kind().hitsOneSilo() ? Optional.of(any(fault, agents).silo()) : Optional.empty();
    }

    private List<Part> allButTooFew(Fault fault) {
        List<Part> all = new ArrayList<>(agents);
        Collections.rotate(all, fault.pick() % all.size());
        return all.subList(cluster.spec().minCohort() - 1, all.size());
    }

    private static Part any(Fault fault, List<Part> parts) {
        return parts.get(fault.pick() % parts.size());
    }

    private String kill(Fault fault, List<Part> parts) throws IOException, InterruptedException {
        for (Part part : parts) {
            cluster.kill(part);
        }
        pause(fault.lasts());
        for (Part part : parts) {
            cluster.start(part);
        }
        return parts + " dead for " + fault.lasts().toMillis() + " ms";
    }

    private String transactionsEnded(Fault fault) throws IOException, InterruptedException {
        List<Part> taskManagers = cluster.parts().of(Part.Kind.TASK_MANAGER);
        String moment = moments.checkpoint();
        for (Part part : taskManagers) {
            cluster.kill(part);
        }
        int ended = new Transactions(cluster.bootstrap()).end();
        pause(fault.lasts());
        for (Part part : taskManagers) {
            cluster.start(part);
        }
        return taskManagers + " dead for " + fault.lasts().toMillis() + " ms, " + moment + ", " + ended
                + " transactions ended";
    }

    private List<Part> flink() {
        return Stream.of(Part.Kind.JOB_MANAGER, Part.Kind.TASK_MANAGER)
                .flatMap(kind -> cluster.parts().of(kind).stream())
                .toList();
    }

    private String paused(Fault fault, Part part) throws IOException, InterruptedException {
        cluster.signal(part, "STOP");
        try {
            pause(fault.lasts());
        } finally {
            cluster.signal(part, "CONT");
        }
        return part + " stood still for " + fault.lasts().toSeconds() + " s";
    }

    /** A file takes the directory's place: nobody, not even the superuser, makes a directory below it. */
    private String checkpointsAway(Fault fault) throws IOException, InterruptedException {
        Path directory = cluster.directory().checkpoints();
        Path away = directory.resolveSibling(directory.getFileName() + ".away");
        Files.move(directory, away);
        Files.createFile(directory);
        try {
            pause(fault.lasts());
        } finally {
            Files.delete(directory);
            Files.move(away, directory);
        }
        return "no checkpoint directory for " + fault.lasts().toSeconds() + " s";
    }

    private String poison(Fault fault) throws IOException, InterruptedException {
        try (Poison poison = new Poison(cluster.bootstrap(), cluster.spec().siloNames(), random)) {
            return poison.run(fault.lasts()) + " junk records in "
                    + fault.lasts().toSeconds() + " s";
        }
    }

    private String flood(Fault fault, Part agent) throws IOException, InterruptedException {
        try (Flood flood = new Flood(cluster.bootstrap(), agent.silo(), random)) {
            return flood.run(fault.lasts()) + " records too many from " + agent.silo() + " in "
                    + fault.lasts().toSeconds() + " s";
        }
    }

    /** To as many tasks as there are slots, and back. */
    private String rescale() throws IOException, InterruptedException {
        int before = cluster.spec().taskManagers();
        cluster.rescale(2 * before);
        cluster.awaitWell(cluster.parts().first(Part.Kind.JOB_MANAGER));
        cluster.rescale(before);
        return "the job went on with parallelism " + 2 * before + ", and then with " + before;
    }

    private static void pause(Duration lasts) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(lasts.toMillis());
    }
}
