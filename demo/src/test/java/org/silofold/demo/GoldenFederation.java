package org.silofold.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.silofold.demo.founding.Founding;
import org.silofold.demo.local.EmbeddedBroker;
import org.silofold.demo.train.SyntheticWorkload;
import org.silofold.demo.train.Workload;
import org.silofold.job.config.JobConfig;
import org.silofold.job.savepoint.GoldenSavepoint;
import org.silofold.protocol.message.AuditEntry;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.registry.Role;
import org.silofold.silo.agent.Agent;
import org.silofold.silo.agent.AgentConfig;
import org.silofold.silo.auditor.AuditOutcome;
import org.silofold.silo.auditor.AuditService;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.sdk.ModelUpdate;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.UpdateStatus;

/** The federation whose job leaves a golden savepoint, on a broker whose log it belongs to: three silos, an auditor, two small models. */
final class GoldenFederation implements AutoCloseable {
    static final String NAME = GoldenSavepoint.FEDERATION;
    static final List<String> SILOS = List.of("berlin", "lyon", "oslo");
    static final String AUDITOR = "auditor";

    /** One update of it waits in the buffer. */
    static final String BUFFERED = "buffered";

    /** Its first cohort is requested, and no member has answered. */
    static final String REQUESTED = "requested";

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String LONG = Long.toString(Duration.ofDays(1).toMillis());

    private final Path directory;
    private final EmbeddedBroker broker;
    private final Workload workload = new SyntheticWorkload(64, 1, 7);
    private final List<Agent> agents = new ArrayList<>();
    private final Map<String, Silo> silos = new TreeMap<>();
    private AggregatorLog own;

    /** Starts its broker, which drops no record for its age. */
    GoldenFederation(Path directory) throws IOException {
        this.directory = directory;
        this.broker = EmbeddedBroker.start(
                directory.resolve("kafka"),
                0,
                Map.of("log.initial.task.delay.ms", LONG, "log.retention.check.interval.ms", LONG));
    }

    Founding founding() {
        return new Founding(
                NAME,
                directory.resolve("federation"),
                broker.bootstrap(),
                SILOS,
                List.of(AUDITOR),
                principal -> Optional.empty());
    }

    Workload workload() {
        return workload;
    }

    String bootstrap() {
        return broker.bootstrap();
    }

    JobConfig config(int parallelism) {
        return GoldenSavepoint.config(directory, broker.bootstrap(), parallelism);
    }

    /** The names of all parties. */
    List<String> parties() {
        List<String> parties = new ArrayList<>(SILOS);
        parties.addAll(List.of(AUDITOR, Founding.AGGREGATOR));
        return parties;
    }

    static Role role(String party) {
        return switch (party) {
            case AUDITOR -> Role.AUDITOR;
            case Founding.AGGREGATOR -> Role.AGGREGATOR;
            default -> Role.SILO;
        };
    }

    PartyDirectory party(String name) {
        return PartyDirectory.open(directory.resolve("federation/parties").resolve(name));
    }

    /** Tells all parties where the broker is now. */
    void moveParties() throws IOException {
        for (String name : parties()) {
            Path file = directory.resolve("federation/parties").resolve(name).resolve("party.properties");
            Properties properties = new Properties();
            try (Reader in = Files.newBufferedReader(file)) {
                properties.load(in);
            }
            properties.setProperty("bootstrap", broker.bootstrap());
            try (Writer out = Files.newBufferedWriter(file)) {
                properties.store(out, null);
            }
        }
    }

    void startAgents() {
        for (String name : SILOS) {
            PartyDirectory party = party(name);
            agents.add(Agent.start(party));
            silos.put(name, Silo.connect(party.root()));
        }
    }

    void startAuditor(Consumer<AuditOutcome> listener) {
        AuditService service = new AuditService(AuditService.Mode.FOLLOW, List.of(), listener);
        agents.add(Agent.start(party(AUDITOR), AgentConfig.defaults().withServices(List.of(service))));
    }

    void stopAgents() {
        silos.values().forEach(Silo::close);
        silos.clear();
        agents.forEach(Agent::close);
        agents.clear();
    }

    /** A silo trains from exactly this version, and submits. */
    UpdateId submit(String model, String silo, long base) {
        var newest = silos.get(silo).awaitModel(model, base - 1, PATIENCE).orElseThrow();
        assertThat(newest.version()).isEqualTo(base);
        Workload.Trained trained = workload.train(silo, base, newest.parameters());
        return silos.get(silo)
                .submit(new ModelUpdate(model, base, trained.delta(), trained.examples(), trained.metrics()));
    }

    UpdateStatus.State state(String silo, UpdateId update) {
        return status(silo, update).state();
    }

    UpdateStatus status(String silo, UpdateId update) {
        return silos.get(silo).status(update);
    }

    /** Waits until something holds, reading the aggregator's log meanwhile. */
    void until(String what, BooleanSupplier holds) {
        until(() -> what, holds);
    }

    /**
     * As {@link #until(String, BooleanSupplier)}.
     *
     * @param what asked once time is up
     */
    void until(Supplier<String> what, BooleanSupplier holds) {
        if (own == null) {
            own = new AggregatorLog(
                    broker.bootstrap(), party(Founding.AGGREGATOR).identityKey().verifyingKey());
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            own.read();
        }
    }

    void untilVersion(String model, long version) {
        until("version " + version + " of " + model, () -> manifests(model).size() > version);
    }

    /** A model's manifests, in the order of the log. */
    List<ModelManifest> manifests(String model) {
        return own.all(ModelManifest.class).stream()
                .filter(manifest -> manifest.context().model().equals(model))
                .toList();
    }

    List<UnmaskRequest> requests(String model) {
        return own.all(UnmaskRequest.class).stream()
                .filter(request -> request.context().model().equals(model))
                .toList();
    }

    List<AuditEntry> audited(String event) {
        return own.audited(event);
    }

    @Override
    public void close() {
        stopAgents();
        if (own != null) {
            own.close();
        }
        broker.close();
    }
}
