package org.silofold.silo;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** One Kafka node on 127.0.0.1, for tests. */
public final class TestBroker implements AutoCloseable {
    private final KafkaRaftServer server;
    private final String bootstrap;

    private TestBroker(KafkaRaftServer server, String bootstrap) {
        this.server = server;
        this.bootstrap = bootstrap;
    }

    /** Formats the directory and starts a node in it, with these topics of one partition. */
    public static TestBroker start(Path directory, Collection<String> topics) throws Exception {
        int port = freePort();
        int controller = freePort();
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "node.id", "1",
                "process.roles", "broker,controller",
                "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller,
                "advertised.listeners", "PLAINTEXT://127.0.0.1:" + port,
                "controller.listener.names", "CONTROLLER",
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "controller.quorum.voters", "1@127.0.0.1:" + controller,
                "log.dirs", directory.toString(),
                "auto.create.topics.enable", "false"));
        settings.putAll(Map.of(
                "offsets.topic.replication.factor", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "1",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20)));
        Files.createDirectories(directory);
        Formatter formatter = new Formatter();
        formatter.setPrintStream(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        formatter.setNodeId(1);
        formatter.setClusterId(Uuid.randomUuid().toString());
        formatter.setDirectories(Set.of(directory.toString()));
        formatter.setMetadataLogDirectory(directory.toString());
        formatter.setControllerListenerName("CONTROLLER");
        formatter.setHasDynamicQuorum(false);
        formatter.run();
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(settings), Time.SYSTEM);
        server.startup();
        TestBroker broker = new TestBroker(server, "127.0.0.1:" + port);
        broker.create(topics);
        return broker;
    }

    /** Makes further topics of one partition. */
    public void create(Collection<String> topics) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(topics.stream()
                            .map(topic -> new NewTopic(topic, 1, (short) 1))
                            .toList())
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** {@code 127.0.0.1:port}. */
    public String bootstrap() {
        return bootstrap;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
