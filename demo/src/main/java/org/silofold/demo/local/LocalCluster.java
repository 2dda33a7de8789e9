package org.silofold.demo.local;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.silofold.job.AggregationTopology;
import org.silofold.job.JobSettings;
import org.silofold.job.config.JobConfig;

/** A Flink cluster in this process, with its web interface on loopback, that runs the aggregation job. */
public final class LocalCluster implements AutoCloseable {
    private final MiniCluster cluster;
    private final JobID job;

    private LocalCluster(MiniCluster cluster, JobID job) {
        this.cluster = cluster;
        this.job = job;
    }

    /**
     * Starts a cluster and submits the job to it; returns once it was taken.
     *
     * @param config the job's
     * @param slots task slots, at least the job's parallelism
     * @param temporary where the cluster keeps its own files while it runs; made if there is none
     */
    public static LocalCluster start(JobConfig config, int slots, Path temporary) throws Exception {
        return start(config, slots, temporary, SavepointRestoreSettings.none());
    }

    /**
     * As {@link #start}, with the state of a savepoint.
     *
     * @param savepoint where it is, as {@link #stopWithSavepoint} said
     */
    public static LocalCluster restore(JobConfig config, int slots, Path temporary, String savepoint) throws Exception {
        return start(config, slots, temporary, SavepointRestoreSettings.forPath(savepoint));
    }

    private static LocalCluster start(JobConfig config, int slots, Path temporary, SavepointRestoreSettings from)
            throws Exception {
        Configuration settings = JobSettings.taskManager();
        String directory = Files.createDirectories(temporary).toString();
        settings.set(CoreOptions.TMP_DIRS, directory);
        settings.set(WebOptions.TMP_DIR, directory);
        settings.set(RestOptions.ADDRESS, "127.0.0.1");
        settings.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        settings.set(RestOptions.BIND_PORT, "0");
        settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(32));
        MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(settings)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
        cluster.start();
        try {
            StreamExecutionEnvironment environment = new StreamExecutionEnvironment(settings);
            AggregationTopology.build(environment, config);
            var graph = environment.getStreamGraph().getJobGraph();
            graph.setSavepointRestoreSettings(from);
            cluster.submitJob(graph).get();
            return new LocalCluster(cluster, graph.getJobID());
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    /** Where the web interface is. */
    public URI webInterface() {
        return cluster.getRestAddress().join();
    }

    /** How the job is. */
    public JobStatus status() {
        return cluster.getJobStatus(job).join();
    }

    /** How often the task that was restarted most often was restarted. */
    public int restarts() {
        var vertices = cluster.getExecutionGraph(job).join().getAllExecutionVertices();
        return StreamSupport.stream(vertices.spliterator(), false)
                .mapToInt(vertex -> vertex.getCurrentExecutionAttempt().getAttemptNumber())
                .max()
                .orElseThrow();
    }

    /** Takes a savepoint while the job goes on; returns where it is. */
    public String savepoint(Path directory) throws Exception {
        return cluster.triggerSavepoint(job, directory.toUri().toString(), false, SavepointFormatType.CANONICAL)
                .get();
    }

    /** Kills the task manager with all its tasks and starts another, from which the job restarts at its last checkpoint. */
    public void killTaskManager() throws Exception {
        cluster.terminateTaskManager(0).get();
        cluster.startTaskManager();
    }

    /**
     * Stops the job after a savepoint, with which everything that it said before is committed; the cluster stays up without a job.
     *
     * @param directory where savepoints go
     * @return where this one is
     */
    public String stopWithSavepoint(Path directory) throws Exception {
        return cluster.stopWithSavepoint(job, directory.toUri().toString(), false, SavepointFormatType.CANONICAL)
                .get();
    }

    /** Cancels the job and stops the cluster. */
    @Override
    public void close() {
        cluster.closeAsync().join();
    }
}
