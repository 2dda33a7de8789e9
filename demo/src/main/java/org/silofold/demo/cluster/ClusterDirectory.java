package org.silofold.demo.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a cluster keeps everything.
 *
 * <pre>
 *   cluster.properties    its size and its ports         run/PART.properties   pid and start time of a part
 *   logs/PART.log         what a part prints             plain/                plain updates of the training clients
 *   kafka/  zookeeper/    the broker's, ZooKeeper's data flink/                Flink's configuration, its files, high availability
 *   authority/  parties/  the federation's directories   checkpoints/          the job's checkpoints
 *   job.properties        the job's options              savepoints/           where the job was stopped and started anew
 *   founded               empty; there once the federation is
 * </pre>
 *
 * @param root the directory, absolute
 */
public record ClusterDirectory(Path root) {
    /** Makes the path absolute. */
    public ClusterDirectory {
        root = root.toAbsolutePath().normalize();
    }

    Path settings() {
        return root.resolve("cluster.properties");
    }

    Path lock() {
        return root.resolve("cluster.lock");
    }

    Path run() {
        return root.resolve("run");
    }

    Path log(Part part) {
        return root.resolve("logs").resolve(part.name() + ".log");
    }

    /** What Flink's client prints as it submits the job. */
    Path submissionLog() {
        return root.resolve("logs").resolve("submission.log");
    }

    Path kafka() {
        return root.resolve("kafka");
    }

    Path zookeeper() {
        return root.resolve("zookeeper");
    }

    /** Flink's configuration directory. */
    Path flink() {
        return root.resolve("flink");
    }

    Path flinkLogging() {
        return flink().resolve("log4j2.properties");
    }

    Path flinkHighAvailability() {
        return flink().resolve("high-availability");
    }

    Path flinkTemporary(Part part) {
        return flink().resolve("tmp").resolve(part.name());
    }

    Path zookeeperConfig() {
        return flink().resolve("zoo.cfg");
    }

    Path job() {
        return root.resolve("job.properties");
    }

    /** Where the job's checkpoints are. */
    public Path checkpoints() {
        return root.resolve("checkpoints");
    }

    Path savepoints() {
        return root.resolve("savepoints");
    }

    Path founded() {
        return root.resolve("founded");
    }

    /** Where the training clients keep what they submitted. */
    public Path plain() {
        return root.resolve("plain");
    }

    boolean exists() {
        return Files.exists(settings());
    }

    /** Makes the directory, which must be empty if it is there. */
    void make() throws IOException {
        Files.createDirectories(root);
        try (var files = Files.list(root)) {
            if (files.anyMatch(file -> !file.equals(lock()))) {
                throw new ClusterException(root + ": neither empty nor a cluster's directory");
            }
        }
        for (String child : new String[] {"run", "logs", "kafka", "zookeeper", "flink", "checkpoints", "plain"}) {
            Files.createDirectories(root.resolve(child));
        }
    }
}
