package org.silofold.demo.local;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * One Kafka node, broker and controller in one (KRaft), bound to 127.0.0.1. Its data outlives it: opened on the same directory again
 * it goes on where it stopped. For one machine only: every replication factor is 1.
 */
public final class EmbeddedBroker implements AutoCloseable {
    /** Name of the listener that clients reach. */
    public static final String CLIENTS = "CLIENTS";

    /** Name of the listener between the node's two roles. */
    public static final String CONTROLLER = "CONTROLLER";

    private static final String FORWARDED = "FORWARDED";
    private static final Set<String> ADDED = Set.of("listeners", "advertised.listeners");
    private static final int NODE = 1;

    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedBroker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Starts a node; formats the directory if it holds none yet. Returns once it accepts connections, after 2 to 5 seconds.
     *
     * @param directory where its log is
     * @param port port on 127.0.0.1, or 0 for a free one
     * @throws IOException if the directory cannot be written
     */
    public static EmbeddedBroker start(Path directory, int port) throws IOException {
        return start(directory, port, Map.of());
    }

    /**
     * As {@link #start(Path, int)}, with settings of the caller's, for an authorizer and such. The listener that clients reach is named
     * {@value #CLIENTS}, the controller's {@value #CONTROLLER}.
     *
     * @param more Kafka's settings, which go before the node's own; listeners come to those that it has
     */
    public static EmbeddedBroker start(Path directory, int port, Map<String, String> more) throws IOException {
        Files.createDirectories(directory);
        int brokerPort = port == 0 ? freePort() : port;
        Properties settings = settings(directory, brokerPort, freePort());
        more.forEach((key, value) ->
                settings.merge(key, value, (own, other) -> ADDED.contains(key) ? own + "," + other : other));
        KafkaConfig config = KafkaConfig.fromProps(settings);
        format(directory);
        KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
        server.startup();
        return new EmbeddedBroker(server, brokerPort);
    }

    /**
     * Settings for {@link #start(Path, int, Map)}: a second listener for clients, that are told to come to another port.
     *
     * @param port where it listens on 127.0.0.1
     * @param told the port on 127.0.0.1 that its clients are told
     */
    public static Map<String, String> forwarded(int port, int told) {
        return Map.of(
                "listeners", FORWARDED + "://127.0.0.1:" + port,
                "advertised.listeners", FORWARDED + "://127.0.0.1:" + told,
                "listener.security.protocol.map",
                        CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT," + FORWARDED + ":PLAINTEXT");
    }

    private static Properties settings(Path directory, int port, int controllerPort) {
        Properties p = new Properties();
        p.setProperty("node.id", Integer.toString(NODE));
        p.setProperty("process.roles", "broker,controller");
        p.setProperty(
                "listeners", CLIENTS + "://127.0.0.1:" + port + "," + CONTROLLER + "://127.0.0.1:" + controllerPort);
        p.setProperty("advertised.listeners", CLIENTS + "://127.0.0.1:" + port);
        p.setProperty("controller.listener.names", CONTROLLER);
        p.setProperty("listener.security.protocol.map", CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        p.setProperty("inter.broker.listener.name", CLIENTS);
        p.setProperty("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
        p.setProperty("log.dirs", directory.toString());
        p.setProperty("auto.create.topics.enable", "false");
        p.setProperty("group.initial.rebalance.delay.ms", "0");
        p.setProperty("offsets.topic.replication.factor", "1");
        p.setProperty("offsets.topic.num.partitions", "4");
        p.setProperty("transaction.state.log.replication.factor", "1");
        p.setProperty("transaction.state.log.num.partitions", "4");
        p.setProperty("transaction.state.log.min.isr", "1");
        p.setProperty("share.coordinator.state.topic.replication.factor", "1");
        p.setProperty("share.coordinator.state.topic.min.isr", "1");
        p.setProperty("log.segment.bytes", Integer.toString(64 << 20));
        p.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
        p.setProperty("num.network.threads", "2");
        p.setProperty("num.io.threads", "4");
        return p;
    }

    private static void format(Path directory) throws IOException {
        Formatter formatter = new Formatter();
        formatter.setPrintStream(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        formatter.setNodeId(NODE);
        formatter.setClusterId(Uuid.randomUuid().toString());
        formatter.setDirectories(Set.of(directory.toString()));
        formatter.setMetadataLogDirectory(directory.toString());
        formatter.setControllerListenerName(CONTROLLER);
        formatter.setIgnoreFormatted(true);
        formatter.setHasDynamicQuorum(false);
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        try {
            formatter.run();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot format " + directory + ": " + e.getMessage(), e);
        }
    }

    /** A port on loopback that nothing listens on at the moment. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code 127.0.0.1:port}. */
    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /** Stops in about a second; returns once all is on disk. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
