package org.silofold.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.demo.local.EmbeddedBroker;
import org.silofold.kafka.Desired;
import org.silofold.kafka.DesiredTopic;
import org.silofold.kafka.Federation;
import org.silofold.kafka.TopicsCommand;
import picocli.CommandLine;

/** {@code silofold topics} against a real broker. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class TopicsLiveTest {
    private static final List<String> SILOS = List.of("a", "b", "c");
    private static final Federation FEDERATION =
            new Federation("", "silofold", "aggregator", "authority", SILOS, SILOS, List.of(), (short) 1);
    private static final List<DesiredTopic> DESIRED = Desired.of(FEDERATION).topics();
    private static final ConfigResource UPDATES = new ConfigResource(ConfigResource.Type.TOPIC, "updates.a");

    @TempDir
    Path directory;

    private EmbeddedBroker broker;
    private Admin admin;

    private record Said(int code, String out, String err) {}

    @BeforeEach
    void start() throws IOException {
        broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
    }

    @AfterEach
    void stop() {
        admin.close();
        broker.close();
    }

    private static Said topicsOf(String bootstrap, String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine silofold = Silofold.commandLine();
        silofold.setOut(new PrintWriter(out));
        silofold.setErr(new PrintWriter(err));
        List<String> arguments =
                new ArrayList<>(List.of("topics", "--bootstrap", bootstrap, "--silos", String.join(",", SILOS)));
        arguments.addAll(List.of(more));
        int code = silofold.execute(arguments.toArray(String[]::new));
        return new Said(code, out.toString(), err.toString());
    }

    private Said topics(String action) {
        return topicsOf(broker.bootstrap(), action);
    }

    private String retention() throws ExecutionException, InterruptedException {
        return admin.describeConfigs(List.of(UPDATES))
                .all()
                .get()
                .get(UPDATES)
                .get(TopicConfig.RETENTION_MS_CONFIG)
                .value();
    }

    private int partitions(String topic) throws ExecutionException, InterruptedException {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions()
                .size();
    }

    /** The broker answers from metadata that follows the controller's by some milliseconds. */
    private static <T> void await(Callable<T> asked, T expected) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        T now = asked.call();
        while (!now.equals(expected) && System.nanoTime() < deadline) {
            now = asked.call();
        }
        assertThat(now).isEqualTo(expected);
    }

    private void applied() throws Exception {
        assertThat(topics("apply").code()).isZero();
        await(() -> topics("plan").code(), 0);
    }

    @Test
    void planTellsApplyDoesAndASecondApplyHasNothingToDo() throws Exception {
        Said plan = topics("plan");
        assertThat(plan.code()).isEqualTo(TopicsCommand.DRIFT).isEqualTo(3);
        assertThat(plan.out().lines().filter(line -> line.startsWith("+ create topic ")))
                .hasSameSizeAs(DESIRED);
        assertThat(plan.out()).contains("nothing was changed");
        assertThat(topicsOf(broker.bootstrap()).code())
                .as("plan is the default")
                .isEqualTo(3);
        assertThat(admin.listTopics().names().get()).isEmpty();

        Said apply = topics("apply");
        assertThat(apply.code()).as(apply.err()).isZero();
        assertThat(apply.out()).contains("applied " + DESIRED.size() + " change(s)");
        await(
                () -> admin.listTopics().names().get(),
                DESIRED.stream().map(DesiredTopic::name).collect(Collectors.toSet()));
        for (DesiredTopic topic : DESIRED) {
            assertThat(partitions(topic.name())).as(topic.name()).isEqualTo(topic.partitions());
        }

        await(() -> topics("plan").code(), 0);
        Said again = topics("apply");
        assertThat(again.code()).isZero();
        assertThat(again.out().lines())
                .containsExactly(
                        "! the cluster has no authorizer; "
                                + Desired.of(FEDERATION).access().size() + " ACLs left out",
                        "no drift: " + DESIRED.size() + " topics are as desired");
    }

    @Test
    void aChangedRetentionIsDriftAndIsMended() throws Exception {
        applied();
        String desired = retention();
        admin.incrementalAlterConfigs(Map.of(
                        UPDATES,
                        List.of(new AlterConfigOp(
                                new ConfigEntry(TopicConfig.RETENTION_MS_CONFIG, "60000"), AlterConfigOp.OpType.SET))))
                .all()
                .get();
        assertThat(desired).isNotEqualTo("60000");
        await(this::retention, "60000");

        Said plan = topics("plan");
        assertThat(plan.code()).isEqualTo(3);
        assertThat(plan.out()).contains("~ topic updates.a: retention.ms 60000 -> " + desired);
        assertThat(retention()).as("after a plan").isEqualTo("60000");

        applied();
        assertThat(retention()).isEqualTo(desired);
    }

    @Test
    void extraPartitionsAreToldAndLeftAlone() throws Exception {
        applied();
        int more = partitions("updates.a") + 2;
        admin.createPartitions(Map.of("updates.a", NewPartitions.increaseTo(more)))
                .all()
                .get();
        await(() -> partitions("updates.a"), more);
        Said apply = topics("apply");
        assertThat(apply.code()).as("not a drift that could be mended").isZero();
        assertThat(apply.out()).contains("! topic updates.a has " + more + " partitions");
        assertThat(partitions("updates.a")).isEqualTo(more);
    }

    @Test
    void aClusterThatCannotBeReachedIsOneLine() throws IOException {
        Path config = Files.writeString(
                directory.resolve("client.properties"), "default.api.timeout.ms=1500\nrequest.timeout.ms=1000\n");
        String nobody = "127.0.0.1:" + EmbeddedBroker.freePort();
        for (String action : List.of("plan", "apply")) {
            Said said = topicsOf(nobody, "--client-config", config.toString(), action);
            assertThat(said.code()).isEqualTo(1);
            assertThat(said.out()).isEmpty();
            assertThat(said.err().lines()).hasSize(1);
            assertThat(said.err()).startsWith("silofold topics: " + nobody + ": ");
        }
    }
}
