package org.silofold.demo.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.job.config.JobConfig;
import org.silofold.job.event.OutRecord;
import org.silofold.job.io.Sinks;
import org.silofold.job.types.JobTypes;

/** A sink of the job leaves no thread behind: one would keep all classes of the job at each restart. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SinkThreadsTest {
    private static final String TOPIC = "rejections";

    @TempDir
    Path directory;

    @Test
    void aSinkEndsWithAllItsThreads() throws Exception {
        try (EmbeddedBroker broker = start(Map.of())) {
            SortedSet<String> before = adminThreads();
            write(broker.bootstrap());
            assertThat(adminThreads()).isEqualTo(before);
        }
    }

    /** Whose writer is half made when it fails: it has looked for open transactions, and may begin none of its own. */
    @Test
    void aSinkThatTheBrokerRefusesToo() throws Exception {
        try (EmbeddedBroker broker = start(Map.of("transaction.max.timeout.ms", "60000"))) {
            SortedSet<String> before = adminThreads();
            assertThatThrownBy(() -> write(broker.bootstrap())).hasStackTraceContaining("transaction.max.timeout.ms");
            assertThat(adminThreads()).isEqualTo(before);
        }
    }

    private EmbeddedBroker start(Map<String, String> settings) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("kafka"), 0, settings);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
        return broker;
    }

    @Test
    void aSinkThatFindsNoBrokerToo() throws Exception {
        SortedSet<String> before = adminThreads();
        assertThatThrownBy(() -> write("127.0.0.1:1")).hasRootCauseInstanceOf(TimeoutException.class);
        assertThat(adminThreads()).isEqualTo(before);
    }

    private void write(String bootstrap) throws Exception {
        Path client = Files.writeString(
                directory.resolve("client.properties"), "default.api.timeout.ms=4000\nrequest.timeout.ms=2000\n");
        String file = client.toString();
        JobConfig config = JobConfig.of(Map.of(
                "federation",
                "sinks",
                "aggregator",
                "aggregator",
                "bootstrap-servers",
                bootstrap,
                "kafka-client-config",
                file,
                "authority-key-file",
                file,
                "identity-key-file",
                file,
                "kem-key-directory",
                directory.toString(),
                "checkpoint-directory",
                directory.resolve("checkpoints").toUri().toString()));
        Configuration settings = new Configuration();
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        settings.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        settings.set(RestOptions.BIND_PORT, "0");
        settings.set(CoreOptions.TMP_DIRS, directory.toString());
        StreamExecutionEnvironment environment = new StreamExecutionEnvironment(settings);
        environment.setParallelism(1);
        OutRecord record = new OutRecord(TOPIC, Optional.empty(), "record".getBytes(StandardCharsets.US_ASCII));
        environment.fromData(List.of(record), JobTypes.OUT).sinkTo(new Sinks(config).rejections());
        MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(settings)
                .build());
        cluster.start();
        try {
            cluster.executeJobBlocking(environment.getStreamGraph().getJobGraph());
        } finally {
            cluster.close();
        }
    }

    private static SortedSet<String> adminThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("kafka-admin-client-thread"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
