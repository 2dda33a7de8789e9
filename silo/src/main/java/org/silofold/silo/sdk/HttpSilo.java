package org.silofold.silo.sdk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.silofold.protocol.message.UpdateId;

/** The SDK over the agent's local API. */
final class HttpSilo implements Silo {
    private static final Duration LONG_POLL = Duration.ofSeconds(15);
    private static final Duration ANSWER = Duration.ofMinutes(5);
    private static final String GONE = "no-model";

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final Path directory;
    private final Endpoint endpoint;
    private final HttpClient client;

    private HttpSilo(Path directory, Endpoint endpoint, HttpClient client) {
        this.directory = directory;
        this.endpoint = endpoint;
        this.client = client;
    }

    static Silo connect(Path directory) {
        Endpoint endpoint = Endpoint.read(directory);
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .proxy(HttpClient.Builder.NO_PROXY)
                .build();
        HttpSilo silo = new HttpSilo(directory, endpoint, client);
        // Fails now, not at the first use, when what was left behind is the endpoint of an agent that is gone.
        silo.agentStatus();
        return silo;
    }

    @Override
    public VerifiedModel latestModel(String model) {
        return fetch(model, "").orElseThrow(() -> new SiloException(GONE, "there is no version of " + model));
    }

    @Override
    public Optional<VerifiedModel> awaitModel(String model, long newerThan, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            Duration left = atMost(LONG_POLL, deadline);
            Optional<VerifiedModel> found = fetch(model, "?newerThan=" + newerThan + "&waitMillis=" + left.toMillis());
            if (found.isPresent() || System.nanoTime() - deadline >= 0) {
                return found;
            }
        }
    }

    @Override
    public UpdateId submit(ModelUpdate update) {
        ObjectNode metrics = JSON.createObjectNode();
        update.metrics().forEach((name, value) -> {
            if (Double.isFinite(value)) {
                metrics.put(name, value);
            } else {
                metrics.put(name, value.toString());
            }
        });
        HttpRequest request = request("/v1/models/" + encode(update.model()) + "/updates?base=" + update.baseVersion()
                        + "&examples=" + update.examples())
                .header("Silofold-Metrics", text(metrics))
                .POST(FloatBytes.publisher(update.delta()))
                .build();
        return ApiAnswers.updateId(exchange(request, this::parse));
    }

    @Override
    public UpdateStatus status(UpdateId updateId) {
        return ApiAnswers.update(get("/v1/updates/" + updateId.hex()));
    }

    @Override
    public List<UpdateStatus> updates() {
        List<UpdateStatus> updates = new ArrayList<>();
        get("/v1/updates").forEach(node -> updates.add(ApiAnswers.update(node)));
        return updates;
    }

    @Override
    public UpdateStatus await(UpdateId updateId, Predicate<UpdateStatus> wanted, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        UpdateStatus status = status(updateId);
        while (!wanted.test(status)) {
            if (System.nanoTime() - deadline >= 0) {
                throw new SiloException(
                        SiloException.TIMEOUT,
                        "update " + updateId + " is still " + status.state().code() + " after " + atMost.toSeconds()
                                + " s");
            }
            status = ApiAnswers.update(get("/v1/updates/" + updateId.hex() + "?state="
                    + status.state().code() + "&version=" + status.version() + "&waitMillis="
                    + atMost(LONG_POLL, deadline).toMillis()));
        }
        return status;
    }

    @Override
    public UpdateStatus withdraw(UpdateId updateId) {
        HttpRequest request = request("/v1/updates/" + updateId.hex() + "/withdrawal")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return ApiAnswers.update(exchange(request, this::parse));
    }

    @Override
    public AgentStatus agentStatus() {
        return ApiAnswers.status(get("/v1/status"));
    }

    /** Nothing to release: Java 17's client ends with its last reference. */
    @Override
    public void close() {}

    /** Asks for the newest version and then for its parameters; asks again if a newer one took its place in between. */
    private Optional<VerifiedModel> fetch(String model, String query) {
        String path = "/v1/models/" + encode(model);
        while (true) {
            JsonNode latest = get(path + "/latest" + query);
            if (latest.isMissingNode()) {
                return Optional.empty();
            }
            int count = ApiAnswers.parameterCount(latest);
            long version = latest.path("version").asLong();
            try {
                HttpRequest request =
                        request(path + "/versions/" + version + "/parameters").build();
                float[] parameters = exchange(request, (status, body) -> FloatBytes.read(body, count));
                return Optional.of(ApiAnswers.model(latest, parameters));
            } catch (SiloException e) {
                if (!e.code().equals(GONE)) {
                    throw e;
                }
            }
        }
    }

    private JsonNode get(String path) {
        return exchange(request(path).build(), this::parse);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path))
                .header("Authorization", "Bearer " + endpoint.token())
                .timeout(ANSWER);
    }

    /** Reads a successful answer. */
    private interface Reader<T> {
        T read(int status, InputStream body) throws IOException;
    }

    private <T> T exchange(HttpRequest request, Reader<T> reader) {
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() >= 400) {
                    throw ApiAnswers.error(parse(response.statusCode(), body));
                }
                return reader.read(response.statusCode(), body);
            }
        } catch (JsonProcessingException e) {
            throw new SiloException(SiloException.BAD_ANSWER, "what answers in the agent's place is no agent", e);
        } catch (HttpTimeoutException e) {
            throw new SiloException(SiloException.TIMEOUT, "the agent did not answer in time", e);
        } catch (IOException e) {
            throw new SiloException(
                    SiloException.AGENT_NOT_RUNNING,
                    "the agent of " + directory + " does not answer; is it running?",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SiloException(SiloException.TIMEOUT, "interrupted while waiting for the agent", e);
        }
    }

    private JsonNode parse(int status, InputStream body) throws IOException {
        return status == 204 ? MissingNode.getInstance() : JSON.readTree(body);
    }

    private static String text(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree is always writable", e);
        }
    }

    private static Duration atMost(Duration most, long deadline) {
        Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        return left.compareTo(most) > 0 ? most : left;
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
