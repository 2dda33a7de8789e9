package org.silofold.demo.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Ports on 127.0.0.1 that a cluster keeps for its life. They are below those that systems hand out to outgoing connections (from 32768
 * on Linux, RFC 6335's 49152 elsewhere): while a part is dead nothing else gets its port by chance, and no client connects to itself.
 *
 * @param broker Kafka's
 * @param behindLine Kafka's for clients that come by {@code line}
 * @param line where a forwarder may listen for such a client
 * @param zookeeper ZooKeeper's
 * @param rest Flink's REST and web interface
 * @param agents the local APIs of the agents, by number
 */
record Ports(int broker, int behindLine, int line, int zookeeper, int rest, List<Integer> agents) {
    private static final int FIRST = 15_000;
    private static final int LAST = 32_000;
    private static final int TRIES = 10_000;
    private static final int OTHERS = 5;

    Ports {
        agents = List.copyOf(agents);
    }

    /** Ports on which nothing listens now. */
    static Ports free(int agents, RandomGenerator random) throws ClusterException {
        Set<Integer> found = new TreeSet<>();
        for (int i = 0; i < TRIES && found.size() < agents + OTHERS; i++) {
            int port = random.nextInt(FIRST, LAST);
            if (isFree(port)) {
                found.add(port);
            }
        }
        if (found.size() < agents + OTHERS) {
            throw new ClusterException("no free ports on 127.0.0.1 from " + FIRST + " to " + LAST);
        }
        List<Integer> ports = List.copyOf(found);
        return new Ports(
                ports.get(0),
                ports.get(1),
                ports.get(2),
                ports.get(3),
                ports.get(4),
                ports.subList(OTHERS, ports.size()));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
