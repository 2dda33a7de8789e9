package org.silofold.demo;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.silofold.demo.local.EmbeddedBroker;

/** A real broker whose authorizer asks who everyone is: SASL/PLAIN on loopback, passwords drawn anew for every run. */
final class SecuredBroker implements AutoCloseable {
    private static final String PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required";

    private final Path directory;
    private final Map<String, String> passwords = new TreeMap<>();
    private final EmbeddedBroker broker;

    /**
     * @param users names of those whom the broker lets in; {@link DemoFederation#OPERATOR} may do everything and is let in too
     */
    SecuredBroker(Path directory, Collection<String> users) throws IOException {
        this.directory = directory;
        SecureRandom random = new SecureRandom();
        users.forEach(user -> passwords.put(user, password(random)));
        passwords.put(DemoFederation.OPERATOR, password(random));
        StringBuilder jaas = new StringBuilder(login(DemoFederation.OPERATOR));
        passwords.forEach((user, password) -> jaas.append(" user_")
                .append(user)
                .append("=\"")
                .append(password)
                .append('"'));
        String clients = EmbeddedBroker.CLIENTS;
        broker = EmbeddedBroker.start(
                directory.resolve("kafka"),
                0,
                Map.of(
                        "listener.security.protocol.map",
                        clients + ":SASL_PLAINTEXT," + EmbeddedBroker.CONTROLLER + ":PLAINTEXT",
                        "sasl.enabled.mechanisms",
                        "PLAIN",
                        "sasl.mechanism.inter.broker.protocol",
                        "PLAIN",
                        "listener.name." + clients.toLowerCase(java.util.Locale.ROOT) + ".plain.sasl.jaas.config",
                        jaas.append(';').toString(),
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        // The node's two roles speak over the controller's listener, on which nobody has a name.
                        "super.users",
                        "User:" + DemoFederation.OPERATOR + ";User:ANONYMOUS"));
    }

    private static String password(SecureRandom random) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private String login(String user) {
        return PLAIN + " username=\"" + user + "\" password=\"" + passwords.get(user) + "\"";
    }

    String bootstrap() {
        return broker.bootstrap();
    }

    /** File of the settings with which this user's clients reach the broker. */
    Path clientFile(String user) {
        try {
            return Files.writeString(
                    directory.resolve(user + ".properties"),
                    "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config=" + login(user) + ";\n");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The same settings and the broker's address, for a client in this process. */
    Properties client(String user) {
        Properties settings = new Properties();
        try {
            settings.load(new StringReader(Files.readString(clientFile(user))));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        settings.setProperty("bootstrap.servers", bootstrap());
        return settings;
    }

    @Override
    public void close() {
        broker.close();
    }
}
