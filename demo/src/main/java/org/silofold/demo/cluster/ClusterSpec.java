package org.silofold.demo.cluster;

import java.util.List;
import java.util.stream.IntStream;
import org.silofold.protocol.params.CommitteeSize;

/**
 * What a cluster is made of.
 *
 * @param silos silos, each a committee member too, {@value #MIN_SILOS} to {@value #MAX_SILOS}
 * @param taskManagers Flink TaskManagers, 1 to {@value #MAX_TASK_MANAGERS}; also the job's parallelism
 * @param modelSize parameters of the model, 1 to {@value #MAX_MODEL_SIZE}
 * @param checkpointMillis milliseconds between checkpoints, {@value #MIN_CHECKPOINT_MILLIS} or more
 */
public record ClusterSpec(int silos, int taskManagers, int modelSize, long checkpointMillis) {
    public static final int MIN_SILOS = 4;
    public static final int MAX_SILOS = 32;
    public static final int MAX_TASK_MANAGERS = 8;
    public static final int MAX_MODEL_SIZE = 10_000_000;
    public static final int MIN_CHECKPOINT_MILLIS = 200;

    /** Checks the ranges; a message names the option of {@code silofold cluster up}. */
    public ClusterSpec {
        require(silos >= MIN_SILOS && silos <= MAX_SILOS, "--silos", MIN_SILOS + " to " + MAX_SILOS);
        require(taskManagers >= 1 && taskManagers <= MAX_TASK_MANAGERS, "--task-managers", "1 to " + MAX_TASK_MANAGERS);
        require(modelSize >= 1 && modelSize <= MAX_MODEL_SIZE, "--model-size", "1 to " + MAX_MODEL_SIZE);
        require(
                checkpointMillis >= MIN_CHECKPOINT_MILLIS && checkpointMillis <= 600_000,
                "--checkpoint-millis",
                MIN_CHECKPOINT_MILLIS + " to 600000");
    }

    /** Organisations that a cohort has at least: more than half of the silos, so that a version waits neither for who is away nor for the slowest. */
    public int minCohort() {
        return silos / 2 + 1;
    }

    /** Members that certify a cohort. */
    public int threshold() {
        return new CommitteeSize(silos).threshold();
    }

    private static void require(boolean holds, String option, String range) {
        if (!holds) {
            throw new IllegalArgumentException(option + " must be from " + range);
        }
    }

    /** The silos' names, {@code silo-1} and so on. */
    public List<String> siloNames() {
        return IntStream.rangeClosed(1, silos).mapToObj(i -> "silo-" + i).toList();
    }
}
