package org.silofold.demo;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.silofold.demo.heart.Hospital;
import org.silofold.demo.train.Workload;
import org.silofold.kafka.ClusterAdmin;
import org.silofold.kafka.Federation;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.Deployment;
import org.silofold.silo.admin.Authority;
import org.silofold.silo.admin.AuthorityConfig;
import org.silofold.silo.admin.EnrolmentRequests;
import org.silofold.silo.admin.InitialModel;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.admin.RegistryPublisher;
import org.silofold.silo.agent.Agent;
import org.silofold.silo.agent.AgentConfig;
import org.silofold.silo.auditor.AuditOutcome;
import org.silofold.silo.auditor.AuditService;
import org.silofold.silo.party.PartyConfig;
import org.silofold.silo.party.PartyDirectory;

/**
 * The parties of the demo, founded with the same code as any federation's: an authority, an aggregator, four hospitals, each silo and
 * committee member in one, and an auditor if there is to be one.
 */
final class DemoFederation implements AutoCloseable {
    static final String NAME = "heart-federation";
    static final String AGGREGATOR = "aggregator";
    static final String AUDITOR = "auditor";

    /** Who makes the topics. */
    static final String OPERATOR = "operator";

    private final Path directory;
    private final String bootstrap;
    private final Function<String, Optional<Path>> clients;
    private final List<String> silos;
    private final List<String> auditors;
    private final List<Agent> agents = new ArrayList<>();

    /** A federation at a broker that asks nobody who he is. */
    DemoFederation(Path directory, String bootstrap, List<String> auditors) {
        this(directory, bootstrap, auditors, principal -> Optional.empty());
    }

    /**
     * @param auditors the auditors' names; {@link #AUDITOR} or none
     * @param clients file of the Kafka client settings with which {@link #OPERATOR} or the party of a name reaches the broker
     */
    DemoFederation(Path directory, String bootstrap, List<String> auditors, Function<String, Optional<Path>> clients) {
        this.auditors = auditors;
        this.directory = directory;
        this.bootstrap = bootstrap;
        this.clients = clients;
        this.silos = java.util.Arrays.stream(Hospital.values())
                .map(Hospital::id)
                .sorted()
                .toList();
    }

    /** Makes the topics; returns how many changes it took. */
    int topics() throws IOException {
        Federation federation =
                new Federation("", Deployment.DEFAULT, AGGREGATOR, Authority.NAME, silos, silos, auditors, (short) 1);
        try (Admin admin = Admin.create(client(OPERATOR))) {
            ClusterAdmin cluster = new ClusterAdmin(admin);
            var plan = cluster.plan(federation);
            cluster.apply(plan);
            return plan.applicable().size();
        }
    }

    /** Founds the federation, enrols all parties, signs roster, policy and model, and publishes them. */
    Policy found(String model, Workload workload, PolicyFile policyFile) throws IOException {
        try (Authority authority =
                Authority.init(authorityDirectory(), new AuthorityConfig(NAME, bootstrap, ""), Clock.systemUTC())) {
            enrol(authority, AGGREGATOR, "consortium", Role.AGGREGATOR);
            for (String silo : silos) {
                enrol(authority, silo, silo, Role.SILO);
            }
            for (String auditor : auditors) {
                enrol(authority, auditor, "regulator", Role.AUDITOR);
            }
            authority.roster(List.of());
            Policy policy = authority.policy(model, policyFile);
            InitialModel initial = new InitialModel(
                    Authority.layout(workload.tensors(), policy.parameterSet()), workload.initialParameters());
            authority.model(model, workload.tensors(), workload.metrics(), initial);
            try (RegistryPublisher publisher = new RegistryPublisher(authority.config(), client(Authority.NAME))) {
                publisher.initialModel(authority, model, initial);
                publisher.documents(authority);
            }
            return policy;
        }
    }

    private void enrol(Authority authority, String name, String organisation, Role role) throws IOException {
        PartyConfig config = new PartyConfig(name, role, organisation, NAME, bootstrap, "", clients.apply(name));
        try (SigningKey identity = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            PartyDirectory party = PartyDirectory.create(party(name), config, authority.verifyingKey(), identity);
            authority.enrol(EnrolmentRequests.make(party, 1, Clock.systemUTC()));
        }
    }

    private Properties client(String principal) throws IOException {
        Properties settings = new Properties();
        Optional<Path> file = clients.apply(principal);
        if (file.isPresent()) {
            try (Reader reader = Files.newBufferedReader(file.get())) {
                settings.load(reader);
            }
        }
        settings.setProperty("bootstrap.servers", bootstrap);
        return settings;
    }

    /** Starts the hospitals' agents. */
    void startAgents() {
        for (String silo : silos) {
            agents.add(Agent.start(PartyDirectory.open(party(silo))));
        }
    }

    /** Starts the auditors. */
    void startAuditors(Consumer<AuditOutcome> listener) {
        for (String auditor : auditors) {
            AuditService service = new AuditService(AuditService.Mode.FOLLOW, listener);
            agents.add(Agent.start(
                    PartyDirectory.open(party(auditor)), AgentConfig.defaults().withServices(List.of(service))));
        }
    }

    /** A party's directory. */
    Path party(String name) {
        return directory.resolve("parties").resolve(name);
    }

    private Path authorityDirectory() {
        return directory.resolve("authority");
    }

    /** What the job is configured with: files of keys, never keys. */
    Map<String, String> jobOptions(long checkpointMillis) throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("federation", NAME);
        options.put("aggregator", AGGREGATOR);
        options.put("bootstrap-servers", bootstrap);
        options.put(
                "authority-key-file",
                authorityDirectory().resolve("authority.spki").toString());
        options.put(
                "identity-key-file",
                party(AGGREGATOR).resolve("keys/identity.pem").toString());
        options.put("kem-key-directory", party(AGGREGATOR).resolve("keys").toString());
        options.put(
                "checkpoint-directory",
                Files.createDirectories(directory.resolve("checkpoints"))
                        .toUri()
                        .toString());
        options.put("checkpoint-interval-ms", Long.toString(checkpointMillis));
        options.put("discovery-interval-ms", "1000");
        options.put("restart-delay-ms", "200");
        options.put("parallelism", "2");
        clients.apply(AGGREGATOR).ifPresent(file -> options.put("kafka-client-config", file.toString()));
        return options;
    }

    @Override
    public void close() {
        agents.forEach(Agent::close);
        agents.clear();
    }
}
