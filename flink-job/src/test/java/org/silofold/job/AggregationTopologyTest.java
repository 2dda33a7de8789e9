package org.silofold.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.checkpoint.CheckpointRetentionPolicy;
import org.apache.flink.runtime.executiongraph.failover.ExponentialDelayRestartBackoffTimeStrategy;
import org.apache.flink.runtime.executiongraph.failover.RestartBackoffTimeStrategy;
import org.apache.flink.runtime.executiongraph.failover.RestartBackoffTimeStrategyFactoryLoader;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

class AggregationTopologyTest {
    private static StreamExecutionEnvironment environment(String... options) {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        AggregationTopology.build(env, TestConfigs.with(options));
        return env;
    }

    @Test
    void everyOperatorHasAUidOfItsOwn() {
        StreamGraph graph = environment("parallelism", "3").getStreamGraph();
        Set<String> uids = graph.getStreamNodes().stream()
                .map(StreamNode::getTransformationUID)
                .filter(uid -> uid != null)
                .map(uid -> uid.replaceFirst("^Sink Committer: ", ""))
                .collect(Collectors.toSet());
        assertThat(uids).containsAll(Uids.all());
        assertThat(graph.getStreamNodes()).allSatisfy(node -> assertThat(node.getTransformationUID())
                .as(node.getOperatorName())
                .isNotNull());
    }

    @Test
    void uidsAreUniqueAndListed() throws IllegalAccessException {
        Set<String> constants = new HashSet<>();
        int count = 0;
        for (Field field : Uids.class.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers())) {
                constants.add((String) field.get(null));
                count++;
            }
        }
        assertThat(constants).hasSize(count).containsExactlyInAnyOrderElementsOf(Uids.all());
        assertThat(constants).allMatch(uid -> uid.matches("[a-z-]+-v[0-9]+"));
    }

    @Test
    void becomesAJobGraphWithoutGenericTypes() {
        StreamExecutionEnvironment env = environment("state-backend", "rocksdb");
        assertThat(env.getConfiguration().get(PipelineOptions.GENERIC_TYPES)).isFalse();
        JobGraph graph = env.getStreamGraph().getJobGraph();
        assertThat(graph.getNumberOfVertices()).isGreaterThan(5);
        assertThat(graph.isCheckpointingEnabled()).isTrue();
        assertThat(graph.getCheckpointingSettings()
                        .getCheckpointCoordinatorConfiguration()
                        .getCheckpointRetentionPolicy())
                .isEqualTo(CheckpointRetentionPolicy.RETAIN_ON_CANCELLATION);
    }

    /** A failure may be over after a second or after a night. */
    @Test
    void restartsForEverWithDelaysThatDoubleUpToAMinute() {
        StreamExecutionEnvironment env = environment("restart-delay-ms", "200");
        RestartBackoffTimeStrategy strategy =
                RestartBackoffTimeStrategyFactoryLoader.createRestartBackoffTimeStrategyFactory(
                                Configuration.fromMap(env.getConfiguration().toMap()), new Configuration(), true)
                        .create();
        assertThat(strategy).isInstanceOf(ExponentialDelayRestartBackoffTimeStrategy.class);
        assertThat(strategy.canRestart()).isTrue();
        assertThat(strategy.toString())
                .contains("initialBackoffMS=200,", "maxBackoffMS=60000,", "backoffMultiplier=2.0,")
                .contains("attemptsBeforeResetBackoff=" + Integer.MAX_VALUE);
    }
}
