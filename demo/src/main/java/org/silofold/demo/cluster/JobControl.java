package org.silofold.demo.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Starts a cluster's job, and starts it anew; never beside another. */
final class JobControl {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Cluster cluster;

    JobControl(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Submits the job if Flink has none: what high availability brought back is not submitted a second time, and without it the newest
     * checkpoint is what goes on. Returns what was done, in words.
     */
    String submitIfNone() throws IOException, InterruptedException {
        if (!cluster.flink().jobs().isEmpty()) {
            return "the job goes on from its newest checkpoint";
        }
        Optional<Path> checkpoint = cluster.newestCheckpoint();
        submit(
                checkpoint.map(newest -> newest.toUri().toString()),
                cluster.spec().taskManagers());
        return checkpoint.map(newest -> "job submitted, from " + newest).orElse("job submitted, without state");
    }

    /** Stops the job after a savepoint and starts it from that. */
    void rescale(int parallelism) throws IOException, InterruptedException {
        List<FlinkRest.Job> jobs = cluster.flink().jobs();
        if (jobs.size() != 1) {
            throw new ClusterException("Flink runs " + jobs.size() + " jobs, not one");
        }
        String savepoint = cluster.flink()
                .stopWithSavepoint(
                        jobs.get(0).id(), cluster.directory().savepoints().toUri(), PATIENCE);
        submit(Optional.of(savepoint), parallelism);
    }

    private void submit(Optional<String> restore, int parallelism) throws IOException, InterruptedException {
        cluster.runner()
                .run(
                        "submitting the job",
                        cluster.commands().submission(restore, parallelism),
                        cluster.directory().submissionLog(),
                        PATIENCE);
    }
}
