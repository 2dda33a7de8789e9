package org.silofold.demo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** What Flink's REST interface says. Thread-safe. */
final class FlinkRest {
    private static final Set<String> ENDED = Set.of("FINISHED", "CANCELED", "FAILED", "CANCELLING");
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration GLANCE = Duration.ofMillis(100);
    private static final JsonMapper JSON = new JsonMapper();

    private final int port;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();

    /**
     * @param port on 127.0.0.1
     */
    FlinkRest(int port) {
        this.port = port;
    }

    /**
     * A job that has not ended.
     *
     * @param id its id
     * @param name its name
     * @param state Flink's word for it
     */
    record Job(String id, String name, String state) {}

    /**
     * A job's checkpoints.
     *
     * @param completed how many were completed since the JobManager started
     * @param failed how many failed
     * @param newest id of the newest completed or restored one
     * @param newestMillis when that was, epoch milliseconds
     */
    record Checkpoints(long completed, long failed, OptionalLong newest, OptionalLong newestMillis) {}

    /** The jobs that have not ended. */
    List<Job> jobs() throws IOException, InterruptedException {
        List<Job> jobs = new ArrayList<>();
        for (JsonNode job : get("/jobs/overview").path("jobs")) {
            String state = job.path("state").asText();
            if (!ENDED.contains(state)) {
                jobs.add(new Job(job.path("jid").asText(), job.path("name").asText(), state));
            }
        }
        return jobs;
    }

    /** Whether every task of the job runs. */
    boolean allTasksRun(String job) throws IOException, InterruptedException {
        JsonNode vertices = get("/jobs/" + job).path("vertices");
        boolean all = !vertices.isEmpty();
        for (JsonNode vertex : vertices) {
            all &= vertex.path("status").asText().equals("RUNNING");
        }
        return all;
    }

    /** How often the job was restarted since the JobManager started; nothing if Flink does not say yet. */
    OptionalLong restarts(String job) throws IOException, InterruptedException {
        return Optional.ofNullable(
                        get("/jobs/" + job + "/metrics?get=numRestarts").get(0))
                .map(metric -> OptionalLong.of(metric.path("value").asLong()))
                .orElse(OptionalLong.empty());
    }

    /** The job's checkpoints. */
    Checkpoints checkpoints(String job) throws IOException, InterruptedException {
        JsonNode all = get("/jobs/" + job + "/checkpoints");
        JsonNode completed = all.path("latest").path("completed");
        JsonNode restored = all.path("latest").path("restored");
        OptionalLong newest = OptionalLong.empty();
        OptionalLong millis = OptionalLong.empty();
        if (completed.hasNonNull("id")) {
            newest = OptionalLong.of(completed.path("id").asLong());
            millis = OptionalLong.of(completed.path("latest_ack_timestamp").asLong());
        } else if (restored.hasNonNull("id")) {
            newest = OptionalLong.of(restored.path("id").asLong());
            millis = OptionalLong.of(restored.path("restore_timestamp").asLong());
        }
        return new Checkpoints(
                all.path("counts").path("completed").asLong(),
                all.path("counts").path("failed").asLong(),
                newest,
                millis);
    }

    /**
     * Stops the job after a savepoint, with which all that it said is committed.
     *
     * @param below where savepoints are
     * @return where this one is
     * @throws ClusterException if it fails or takes too long
     */
    String stopWithSavepoint(String job, URI below, Duration atMost) throws IOException, InterruptedException {
        String wanted = JSON.createObjectNode()
                .put("targetDirectory", below.toString())
                .put("drain", false)
                .toString();
        JsonNode trigger = answer(request("/jobs/" + job + "/stop")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(wanted))
                .build());
        String path =
                "/jobs/" + job + "/savepoints/" + trigger.path("request-id").asText();
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            JsonNode savepoint = get(path);
            JsonNode operation = savepoint.path("operation");
            if (operation.hasNonNull("location")) {
                return operation.path("location").asText();
            }
            if (savepoint.path("status").path("id").asText().equals("COMPLETED")) {
                String why = operation.path("failure-cause").path("class").asText();
                throw new ClusterException("the job cannot be stopped with a savepoint: " + why);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new ClusterException("no savepoint within " + atMost.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(GLANCE.toMillis());
        }
    }

    /** The ids of the TaskManagers that are registered. */
    Set<String> taskManagers() throws IOException, InterruptedException {
        Set<String> ids = new TreeSet<>();
        get("/taskmanagers")
                .path("taskmanagers")
                .forEach(each -> ids.add(each.path("id").asText()));
        return ids;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(PATIENCE);
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return answer(request(path).build());
    }

    private JsonNode answer(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200 && response.statusCode() != 202) {
            throw new ClusterException("Flink answers " + response.statusCode() + " to "
                    + request.uri().getPath());
        }
        return JSON.readTree(response.body());
    }
}
