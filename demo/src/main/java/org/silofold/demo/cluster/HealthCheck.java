package org.silofold.demo.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.silofold.silo.sdk.AgentStatus;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.SiloException;

/** Asks each part how it is. A part that does not answer is unwell; it is no failure of the check. */
final class HealthCheck {
    private static final int MILLIS = 5_000;

    private final Ports ports;
    private final FlinkRest flink;
    private final Function<String, Path> party;
    private final Clock clock;

    /**
     * @param party a silo's directory
     */
    HealthCheck(Ports ports, FlinkRest flink, Function<String, Path> party, Clock clock) {
        this.ports = ports;
        this.flink = flink;
        this.party = party;
        this.clock = clock;
    }

    Health of(Part part) throws InterruptedException {
        try {
            return switch (part.kind()) {
                case ZOOKEEPER -> zookeeper();
                case BROKER -> broker();
                case JOB_MANAGER -> job();
                case TASK_MANAGER ->
                    flink.taskManagers().contains(part.name())
                            ? Health.well("registered")
                            : Health.unwell("not registered at the JobManager");
                case AGENT -> agent(part.silo());
            };
        } catch (IOException | SiloException | KafkaException e) {
            return Health.unwell(e.getMessage() == null ? "does not answer" : "does not answer: " + e.getMessage());
        }
    }

    private Health zookeeper() throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.zookeeper()), MILLIS);
            socket.setSoTimeout(MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write("ruok".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return answer.equals("imok") ? Health.well("answers") : Health.unwell("answers '" + answer + "'");
        }
    }

    private Health broker() throws InterruptedException {
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                "127.0.0.1:" + ports.broker(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                MILLIS);
        try (Admin admin = Admin.create(settings)) {
            int topics = admin.listTopics().names().get().size();
            return Health.well("answers, " + topics + " topics");
        } catch (ExecutionException e) {
            return Health.unwell("does not answer: " + e.getCause().getMessage());
        }
    }

    private Health job() throws IOException, InterruptedException {
        List<FlinkRest.Job> jobs = flink.jobs();
        if (jobs.isEmpty()) {
            return Health.unwell("no job");
        }
        FlinkRest.Job job = jobs.get(0);
        boolean runs = job.state().equals("RUNNING") && flink.allTasksRun(job.id());
        FlinkRest.Checkpoints checkpoints = flink.checkpoints(job.id());
        String newest = checkpoints.newest().isEmpty()
                ? "no checkpoint yet"
                : String.format(
                        Locale.ROOT,
                        "checkpoint %d %.1f s ago",
                        checkpoints.newest().getAsLong(),
                        (clock.millis() - checkpoints.newestMillis().orElseThrow()) / 1e3);
        String restarts = flink.restarts(job.id()).stream()
                .mapToObj(count -> ", " + count + " restarts")
                .findFirst()
                .orElse("");
        String line = "job " + job.name() + " " + job.state() + (runs ? "" : ", not all tasks run") + restarts + ", "
                + newest + ", " + checkpoints.failed() + " failed";
        return new Health(runs && jobs.size() == 1, line, -1);
    }

    private Health agent(String silo) {
        try (Silo connected = Silo.connect(party.apply(silo))) {
            AgentStatus status = connected.agentStatus();
            long version = status.models().stream()
                    .mapToLong(AgentStatus.Model::verifiedVersion)
                    .max()
                    .orElse(-1);
            String seat = status.seat() == 0 ? "no committee seat" : "committee seat " + status.seat();
            String line = status.components().stream()
                    .filter(component -> !component.healthy())
                    .findFirst()
                    .map(component -> "FAILED " + component.name() + ": " + component.detail())
                    .orElse("healthy, epoch " + status.epoch() + ", " + seat + ", version " + version + " verified");
            return new Health(status.healthy(), line, version);
        }
    }
}
