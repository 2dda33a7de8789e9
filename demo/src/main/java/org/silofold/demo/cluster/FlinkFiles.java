package org.silofold.demo.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * Configuration of a standalone Flink cluster with high availability: who leads, which jobs there are and which checkpoint is the newest
 * is in ZooKeeper and a directory, so a JobManager that was killed goes on by itself as soon as it runs again. Two slots a TaskManager:
 * half of them can be dead.
 */
final class FlinkFiles {
    private static final int FRAMEWORK_HEAP = 128;
    private static final int LEAST_TASK_HEAP = 320;
    /** Bytes of heap for each parameter: staged updates, accumulators, model, moments, and a checkpoint of them; one may have to hold all. */
    private static final int BYTES_PER_PARAMETER = 160;

    private FlinkFiles() {}

    /** Heap of a TaskManager's tasks, mebibytes. */
    private static int taskHeap(ClusterSpec spec) {
        return LEAST_TASK_HEAP + (int) ((long) spec.modelSize() * BYTES_PER_PARAMETER / (1 << 20));
    }

    /** Heap of a TaskManager, mebibytes. */
    static int taskManagerHeap(ClusterSpec spec) {
        return FRAMEWORK_HEAP + taskHeap(spec);
    }

    static void write(ClusterDirectory directory, ClusterSettings settings, Installation installation)
            throws IOException {
        Files.createDirectories(directory.flink());
        StringBuilder yaml = new StringBuilder();
        flink(directory, settings)
                .forEach((key, value) ->
                        yaml.append(key).append(": ").append(value).append('\n'));
        Files.writeString(directory.flink().resolve("config.yaml"), yaml);
        Files.writeString(directory.zookeeperConfig(), zookeeper(directory, settings));
        Files.copy(installation.flinkLogging(), directory.flinkLogging(), StandardCopyOption.REPLACE_EXISTING);
    }

    private static Map<String, Object> flink(ClusterDirectory directory, ClusterSettings settings) {
        ClusterSpec spec = settings.spec();
        Map<String, Object> flink = new TreeMap<>();
        flink.put("jobmanager.rpc.address", "127.0.0.1");
        flink.put("jobmanager.bind-host", "127.0.0.1");
        flink.put("rest.address", "127.0.0.1");
        flink.put("rest.bind-address", "127.0.0.1");
        flink.put("rest.port", settings.ports().rest());
        flink.put("high-availability.type", "zookeeper");
        flink.put(
                "high-availability.zookeeper.quorum",
                "127.0.0.1:" + settings.ports().zookeeper());
        flink.put(
                "high-availability.storageDir",
                directory.flinkHighAvailability().toUri());
        // How long a killed JobManager still counts as the leader.
        flink.put("high-availability.zookeeper.client.session-timeout", "6000 ms");
        flink.put("high-availability.zookeeper.client.connection-timeout", "5000 ms");
        flink.put("high-availability.zookeeper.client.tolerate-suspended-connections", true);
        flink.put("heartbeat.interval", "1000 ms");
        flink.put("heartbeat.timeout", "20000 ms");
        flink.put("taskmanager.host", "127.0.0.1");
        flink.put("taskmanager.bind-host", "127.0.0.1");
        flink.put("taskmanager.numberOfTaskSlots", 2);
        flink.put("taskmanager.load-balance.mode", "SLOTS");
        flink.put("taskmanager.cpu.cores", 1.0);
        flink.put("taskmanager.memory.framework.heap.size", FRAMEWORK_HEAP + "m");
        flink.put("taskmanager.memory.framework.off-heap.size", "128m");
        flink.put("taskmanager.memory.task.heap.size", taskHeap(spec) + "m");
        flink.put("taskmanager.memory.task.off-heap.size", "128m");
        flink.put("taskmanager.memory.network.min", "64m");
        flink.put("taskmanager.memory.network.max", "64m");
        flink.put("taskmanager.memory.managed.size", "16m");
        flink.put("taskmanager.memory.jvm-metaspace.size", "256m");
        flink.put("taskmanager.memory.jvm-overhead.min", "128m");
        flink.put("taskmanager.memory.jvm-overhead.max", "128m");
        return flink;
    }

    private static String zookeeper(ClusterDirectory directory, ClusterSettings settings) {
        return String.join(
                "\n",
                "dataDir=" + directory.zookeeper(),
                "clientPort=" + settings.ports().zookeeper(),
                "clientPortAddress=127.0.0.1",
                // Milliseconds; sessions last 2 to 20 of them.
                "tickTime=1000",
                "initLimit=10",
                "syncLimit=5",
                "maxClientCnxns=0",
                "admin.enableServer=false",
                "4lw.commands.whitelist=ruok",
                "");
    }
}
