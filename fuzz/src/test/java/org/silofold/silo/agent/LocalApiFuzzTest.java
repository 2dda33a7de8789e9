package org.silofold.silo.agent;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.SilentCloseable;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.silofold.fuzz.Choices;
import org.silofold.fuzz.Oracle;
import org.silofold.fuzz.TemporaryDirectory;

/** The agent's local API, asked by one who has the token: whatever is asked, the agent says what is wrong with it and does not fail. */
class LocalApiFuzzTest {
    private static final int PARAMETERS = 8;
    private static final List<String> TARGETS = List.of(
            "/v1/status",
            "/v1/models/heart/latest",
            "/v1/models/heart/versions/0/parameters",
            "/v1/models/heart/updates?base=0&examples=9",
            "/v1/updates",
            "/v1/updates/00112233445566778899aabbccddeeff",
            "/");
    /** Started with the first request. */
    private static final class Running {
        static final Properties ENDPOINT = start();
    }

    private static Properties start() {
        try {
            Path directory = TemporaryDirectory.create();
            TestAgent agent = TestAgent.create(new TestFederation(PARAMETERS), directory.resolve("party"), "silo-1");
            agent.initial();
            LocalApi.start(new ApiState(agent.context, agent.database, agent.files, agent.outbox, agent.changes), 0);
            Properties endpoint = new Properties();
            try (var in = Files.newInputStream(agent.party.endpoint())) {
                endpoint.load(in);
            }
            return endpoint;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @FuzzTest
    void request(byte[] data) throws IOException {
        Choices choices = new Choices(data);
        String method = choices.of(List.of("GET", "POST", "PUT"));
        String target = choices.of(TARGETS) + line(choices.bytes(choices.below(96)));
        if (waits(target)) {
            return;
        }
        String metrics = line(choices.bytes(choices.below(128)));
        byte[] body = choices.oneIn(2) ? new byte[PARAMETERS * Float.BYTES] : choices.rest();
        Optional<String> answer =
                ask(method, target, metrics.isEmpty() ? "{\"loss\": 0.5, \"correct\": 40}" : metrics, body);
        if (answer.isEmpty()) {
            // The JDK's server hangs up on what is no request: with bytes unread its answer may be lost. It must be
            // there for the next.
            answer = ask("GET", TARGETS.get(0), "", new byte[0]);
        }
        Oracle.require(answer.isPresent() && answer.get().startsWith("HTTP/1.1 "), "no answer to " + target);
        Oracle.require(!answer.get().startsWith("HTTP/1.1 5"), "the agent failed: " + answer);
    }

    /** The answer's beginning; empty if the connection was reset. */
    @SuppressWarnings("try")
    private static Optional<String> ask(String method, String target, String metrics, byte[] body) throws IOException {
        String head =
                method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer "
                        + Running.ENDPOINT.getProperty("token") + "\r\nContent-Length: " + body.length
                        + "\r\nSilofold-Metrics: " + metrics + "\r\n\r\n";
        try (SilentCloseable allowed = BugDetectors.allowNetworkConnections();
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), Integer.parseInt(Running.ENDPOINT.getProperty("port")))) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            return Optional.of(new String(socket.getInputStream().readNBytes(4096), StandardCharsets.UTF_8));
        } catch (SocketException e) {
            return Optional.empty();
        }
    }

    /** Visible characters, so that the request stays one. */
    private static String line(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append((char) (b > ' ' && b < 127 ? b : '~'));
        }
        return text.toString();
    }

    /** Whether the answer would be a long time coming, as asked. */
    private static boolean waits(String target) {
        try {
            return URLDecoder.decode(target, StandardCharsets.UTF_8).contains("waitMillis");
        } catch (IllegalArgumentException e) {
            return target.contains("wait");
        }
    }
}
