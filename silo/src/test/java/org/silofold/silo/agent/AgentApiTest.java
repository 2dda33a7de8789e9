package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.schemas.registry.RegistryDocuments;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.party.PartyException;
import org.silofold.silo.sdk.AgentStatus;
import org.silofold.silo.sdk.ModelUpdate;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.SiloException;
import org.silofold.silo.sdk.UpdateStatus;
import org.silofold.silo.sdk.VerifiedModel;
import org.silofold.silo.store.AgentDatabase;

/** A whole agent without a broker: it starts, says so, serves what it has, and takes updates in; the SDK talks to it over real HTTP. */
@Timeout(60)
class AgentApiTest {
    private static final int PARAMETERS = 97 * 2048 - 5;
    private static final Duration SOON = Duration.ofMillis(50);

    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(PARAMETERS);
    private PartyDirectory party;
    private Agent agent;
    private Silo silo;

    @BeforeEach
    void start() throws IOException {
        party = federation.party(directory.resolve("party"), "silo-1", "127.0.0.1:1");
        try (TestAgent before = TestAgent.open(federation, party)) {
            Digest digest0 = before.initial();
            before.take(1, digest0, model());
        }
        agent = Agent.start(party);
        silo = Silo.connect(party.root());
    }

    @AfterEach
    void stop() {
        silo.close();
        agent.close();
    }

    @Test
    void servesTheNewestVerifiedModel() {
        VerifiedModel model = silo.latestModel(TestFederation.MODEL);
        assertThat(model.version()).isEqualTo(1);
        assertThat(model.parameters()).isEqualTo(model());
        assertThat(model.tensors()).singleElement().satisfies(tensor -> {
            assertThat(tensor.name()).isEqualTo("w");
            assertThat(tensor.shape()).containsExactly(PARAMETERS);
        });
        assertThat(model.metrics()).extracting(metric -> metric.name()).containsExactly("loss", "correct");
        assertThat(model.manifest().cohort()).hasSize(3);
        assertThat(silo.awaitModel(TestFederation.MODEL, 0, SOON)).isPresent();
        assertThat(silo.awaitModel(TestFederation.MODEL, 1, SOON)).isEmpty();
        assertCode("no-model", () -> silo.latestModel("other"));
    }

    @Test
    void servesNoModelThatItsAuditorHasYetToCountersign() {
        agent.close();
        silo.close();
        try (AgentDatabase database = AgentDatabase.open(party.agentDatabase())) {
            RegistryDocuments.Document policy = federation.policy(
                    2, PolicyFile.defaults(3).set("minCohort", 2).set("auditor", "auditor"));
            database.documents().put(policy.key(), policy.record());
        }
        agent = Agent.start(party);
        silo = Silo.connect(party.root());
        assertThatThrownBy(() -> silo.latestModel(TestFederation.MODEL))
                .hasMessageContaining("waits for the countersignature of auditor");
        assertThat(silo.awaitModel(TestFederation.MODEL, 0, SOON)).isEmpty();
    }

    @Test
    void keepsAnUpdateOverARestartWhileThereIsNoBroker() throws IOException {
        agent.close();
        UpdateId id;
        try (TestAgent before = TestAgent.open(federation, party)) {
            id = before.outbox.submit(before.request(1, new float[PARAMETERS]));
        }
        for (int start = 0; start < 2; start++) {
            agent = Agent.start(party);
            silo = Silo.connect(party.root());
            assertThat(silo.status(id).state()).isEqualTo(UpdateStatus.State.NOT_SENT);
            assertCode("timeout", () -> silo.await(id, SOON));
            assertThat(silo.updates()).singleElement().satisfies(update -> {
                assertThat(update.updateId()).isEqualTo(id);
                assertThat(update.baseVersion()).isEqualTo(1);
                assertThat(update.bytes()).isBetween(4L * PARAMETERS, 5L * PARAMETERS);
            });
            assertCode("base-spent", () -> silo.submit(update(1, new float[PARAMETERS], TestAgent.METRICS)));
            agent.close();
            assertThat(party.endpoint()).doesNotExist();
        }
    }

    @Test
    void takesNothingInBeforeItHasReadBackWhatItSent() {
        assertCode("not-ready", () -> silo.submit(update(1, new float[PARAMETERS], TestAgent.METRICS)));
        assertThat(silo.updates()).isEmpty();
    }

    @Test
    void badInputIsOneLineWithItsCode() {
        float[] nan = new float[PARAMETERS];
        nan[3] = Float.NaN;
        assertCode("not-finite", () -> silo.submit(update(1, nan, TestAgent.METRICS)));
        assertCode("wrong-shape", () -> silo.submit(update(1, new float[5], TestAgent.METRICS)));
        assertCode("wrong-shape", () -> silo.submit(update(1, new float[0], TestAgent.METRICS)));
        assertCode("wrong-shape", () -> silo.submit(update(1, new float[4_000_000], TestAgent.METRICS)));
        assertCode("unknown-base", () -> silo.submit(update(9, new float[PARAMETERS], TestAgent.METRICS)));
        assertCode("invalid-field", () -> silo.submit(update(1, new float[PARAMETERS], Map.of())));
        assertCode(
                "not-finite",
                () -> silo.submit(update(1, new float[PARAMETERS], Map.of("loss", Double.NaN, "correct", 1.0))));
        assertCode("no-model", () -> silo.submit(new ModelUpdate("other", 1, new float[1], 1, Map.of())));
        assertCode("unknown-update", () -> silo.status(UpdateId.of(new byte[UpdateId.LENGTH])));
        assertThat(silo.updates()).isEmpty();
    }

    @Test
    void saysWhatItLacks() {
        AgentStatus status = silo.agentStatus();
        assertThat(status.party()).isEqualTo("silo-1");
        assertThat(status.epoch()).isEqualTo(1);
        assertThat(status.seat()).isEqualTo(1);
        assertThat(status.models())
                .containsExactly(new AgentStatus.Model(TestFederation.MODEL, 1, 1, Optional.empty()));
        while (silo.agentStatus().healthy()) {
            Thread.onSpinWait();
        }
        assertThat(silo.agentStatus().components())
                .filteredOn(component -> !component.healthy())
                .isNotEmpty()
                .allSatisfy(component -> assertThat(component.detail()).contains("127.0.0.1:1"));
    }

    @Test
    void asksForTheTokenAndListensOnLoopbackAlone() throws Exception {
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(party.endpoint()));
        assertThat(mode).isEqualTo("rw-------");
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + agent.apiPort() + "/v1/status"));
        for (String header : new String[] {"Bearer x", "Bearer ", "", "Basic abc"}) {
            HttpResponse<String> answer = client.send(
                    request.copy().header("Authorization", header).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).contains("unauthorized").doesNotContain("healthy");
        }
    }

    @Test
    void listsTheNewestUpdatesWhereALimitIsGiven() throws Exception {
        agent.close();
        silo.close();
        List<UpdateId> ids = new ArrayList<>();
        try (TestAgent before = TestAgent.open(federation, party)) {
            for (long base = 0; base <= 1; base++) {
                ids.add(before.outbox.submit(before.request(base, new float[PARAMETERS])));
            }
        }
        agent = Agent.start(party);
        silo = Silo.connect(party.root());
        assertThat(list("")).containsSubsequence(ids.get(0).hex(), ids.get(1).hex());
        assertThat(list("?limit=2"))
                .containsSubsequence(ids.get(0).hex(), ids.get(1).hex());
        assertThat(list("?limit=1"))
                .contains(ids.get(1).hex())
                .doesNotContain(ids.get(0).hex());
        for (String wrong : List.of("0", "-1", "x")) {
            assertThat(list("?limit=" + wrong)).contains("bad-request", "limit");
        }
    }

    private String list(String query) throws Exception {
        Properties endpoint = new Properties();
        try (InputStream in = Files.newInputStream(party.endpoint())) {
            endpoint.load(in);
        }
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + agent.apiPort() + "/v1/updates" + query))
                .header("Authorization", "Bearer " + endpoint.getProperty("token"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void anUnauthorisedBodyIsNotReadAndTheConnectionEnds() throws Exception {
        List<String> head = List.of(
                "POST /v1/models/heart/updates?base=1&examples=1 HTTP/1.1",
                "Host: x",
                "Authorization: Bearer x",
                "Content-Length: 1000000000",
                "",
                "");
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), agent.apiPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(String.join("\r\n", head).getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            // Not one byte of the body is sent: who waits for it would time out here.
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 401").contains("unauthorized");
        }
        assertThat(silo.agentStatus().party()).as("the agent goes on").isEqualTo("silo-1");
    }

    @Test
    void theAlarmOfTwoManifestsSurvivesARestart() throws IOException {
        agent.close();
        try (TestAgent before = TestAgent.open(federation, party)) {
            Digest digest0 =
                    before.chain.manifestDigest(TestFederation.MODEL, 0).orElseThrow();
            byte[] second = federation.manifest(1, digest0, new float[PARAMETERS], 1);
            assertThatThrownBy(() -> before.chain.accept(second)).hasMessageContaining("a second manifest");
        }
        for (int start = 0; start < 2; start++) {
            agent = Agent.start(party);
            silo = Silo.connect(party.root());
            AgentStatus status = silo.agentStatus();
            assertThat(status.healthy()).isFalse();
            assertThat(status.components())
                    .filteredOn(component -> component.name().equals("two-manifests"))
                    .singleElement()
                    .satisfies(alarm -> {
                        assertThat(alarm.healthy()).isFalse();
                        assertThat(alarm.detail()).contains("two manifests", "evidence");
                    });
            try (Stream<Path> kept = Files.list(party.evidence())) {
                assertThat(kept).hasSize(2);
            }
            agent.close();
        }
    }

    @Test
    void oneAgentADirectory() {
        assertThatThrownBy(() -> Agent.start(party))
                .isInstanceOf(PartyException.class)
                .hasMessageContaining("another agent runs");
        agent.close();
        assertThatThrownBy(() -> Silo.connect(party.root()))
                .isInstanceOfSatisfying(
                        SiloException.class, e -> assertThat(e.code()).isEqualTo(SiloException.AGENT_NOT_RUNNING));
    }

    private static void assertCode(String code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(SiloException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.getMessage()).hasLineCount(1);
        });
    }

    private static ModelUpdate update(long base, float[] delta, Map<String, Double> metrics) {
        return new ModelUpdate(TestFederation.MODEL, base, delta, 50, metrics);
    }

    private static float[] model() {
        float[] parameters = new float[PARAMETERS];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = (i % 100) / 250f;
        }
        return parameters;
    }
}
