package org.silofold.demo.cluster;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import org.silofold.demo.founding.Founding;
import org.silofold.demo.train.SyntheticWorkload;
import org.silofold.demo.train.Workload;
import org.silofold.silo.admin.PolicyFile;

/** Brings a cluster up: the platform, the federation, the job, the agents. */
final class Startup {
    /** deltas are clipped at this. */
    static final double CLIP = 1;

    /** Of version 0 and of all training; what differs from run to run is timing. */
    static final long SEED = 1;

    private static final int STALENESS_BOUND = 500;

    private static final Set<Part.Kind> PLATFORM = Set.of(Part.Kind.ZOOKEEPER, Part.Kind.BROKER);

    private final Cluster cluster;
    private final Consumer<String> progress;

    Startup(Cluster cluster, Consumer<String> progress) {
        this.cluster = cluster;
        this.progress = progress;
    }

    /** What a cluster of this size trains. */
    static Workload workload(ClusterSpec spec) {
        return new SyntheticWorkload(spec.modelSize(), CLIP, SEED);
    }

    static PolicyFile policy(ClusterSpec spec) {
        return PolicyFile.defaults(spec.silos())
                .set("clip", CLIP)
                .set("minCohort", spec.minCohort())
                .set("bufferSize", spec.minCohort())
                // Versions that others make while a silo is cut off for six minutes.
                .set("stalenessBound", STALENESS_BOUND)
                // What each update has: weights near 1 use the whole precision of the encoding.
                .set("examplesCap", SyntheticWorkload.EXAMPLES)
                .set("bufferAgeMillis", 10_000)
                .set("voteTimeoutMillis", 30_000)
                .set("responseTimeoutMillis", 30_000);
    }

    void run(List<Part> missing) throws IOException, InterruptedException {
        Parts parts = cluster.parts();
        launch(missing, PLATFORM);
        cluster.awaitWell(parts.first(Part.Kind.ZOOKEEPER));
        launch(missing, Set.of(Part.Kind.JOB_MANAGER, Part.Kind.TASK_MANAGER));
        cluster.awaitWell(parts.first(Part.Kind.BROKER));
        progress.accept("ZooKeeper and the broker answer, the broker at " + cluster.bootstrap());
        found();
        launch(missing, Set.of(Part.Kind.AGENT));
        for (Part taskManager : parts.of(Part.Kind.TASK_MANAGER)) {
            cluster.awaitWell(taskManager);
        }
        progress.accept("Flink runs, its web interface is at http://127.0.0.1:"
                + cluster.settings().ports().rest());
        progress.accept(new JobControl(cluster).submitIfNone());
        for (Part part : parts.all()) {
            cluster.awaitWell(part);
        }
    }

    private void launch(List<Part> missing, Set<Part.Kind> kinds) throws IOException {
        for (Part part : missing) {
            if (kinds.contains(part.kind())) {
                cluster.launch(part);
            }
        }
    }

    private void found() throws IOException {
        ClusterDirectory directory = cluster.directory();
        Founding founding = cluster.founding();
        if (Files.exists(directory.founded())) {
            return;
        }
        if (Files.exists(founding.authorityDirectory())) {
            throw new ClusterException(
                    directory.root() + ": founding the federation was interrupted; take another directory");
        }
        founding.topics();
        founding.found(Names.MODEL, workload(cluster.spec()), policy(cluster.spec()));
        Properties job = new Properties();
        Map<String, String> options = founding.jobOptions(cluster.spec().checkpointMillis());
        job.putAll(options);
        try (Writer writer = Files.newBufferedWriter(directory.job())) {
            job.store(writer, "The aggregation job of this cluster");
        }
        Files.createFile(directory.founded());
        progress.accept("federation founded: " + cluster.spec().silos() + " silos, each a committee member");
    }
}
