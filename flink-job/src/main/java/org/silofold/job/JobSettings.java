package org.silofold.job;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.silofold.job.config.JobConfig;
import org.silofold.job.config.JobOption;

/** Flink's settings that the job's correctness and speed hang on. */
public final class JobSettings {
    /** After this long a checkpoint's barriers no longer wait for the data before them. */
    private static final Duration ALIGNED_TIMEOUT = Duration.ofSeconds(10);

    /** After this long without a failure the delay before a restart begins anew. */
    private static final Duration STEADY = Duration.ofMinutes(5);

    private JobSettings() {}

    /** Sets what belongs to the job. */
    static void apply(StreamExecutionEnvironment env, JobConfig config) {
        Duration interval = Duration.ofMillis(config.number(JobOption.CHECKPOINT_INTERVAL));
        Configuration settings = new Configuration();
        // Nothing is serialized by reflection, and no operator's state hangs on the shape of the graph.
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        settings.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        // Events are immutable; see ValueSerializer.
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        settings.set(PipelineOptions.MAX_PARALLELISM, Math.toIntExact(config.number(JobOption.MAX_PARALLELISM)));

        settings.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval);
        settings.set(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, interval.dividedBy(2));
        settings.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
        settings.set(CheckpointingOptions.ALIGNED_CHECKPOINT_TIMEOUT, ALIGNED_TIMEOUT);
        settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, config.get(JobOption.CHECKPOINT_DIRECTORY));
        settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        settings.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        settings.set(StateBackendOptions.STATE_BACKEND, config.get(JobOption.STATE_BACKEND));
        settings.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);

        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
                Duration.ofMillis(config.number(JobOption.RESTART_DELAY)));
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, JobConfig.LONGEST_RESTART_DELAY);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_BACKOFF_MULTIPLIER, 2.0);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD, STEADY);
        // A broker or a store that is away for hours ends no job: it is there when they are back.
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, Integer.MAX_VALUE);
        env.configure(settings);
    }

    /**
     * Settings of a TaskManager, which no job can set: segments and network memory for records of 768 KiB. For MiniClusters; a cluster has
     * the same values in its configuration file.
     */
    public static Configuration taskManager() {
        Configuration settings = new Configuration();
        settings.set(
                TaskManagerOptions.MEMORY_SEGMENT_SIZE,
                MemorySize.ofMebiBytes(1).divide(16));
        settings.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(128));
        settings.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(128));
        settings.set(TaskManagerOptions.BUFFER_DEBLOAT_ENABLED, false);
        return settings;
    }
}
