package org.silofold.demo.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.silofold.demo.local.EmbeddedBroker;
import org.silofold.demo.local.LocalCluster;
import org.silofold.job.config.JobConfig;
import org.silofold.job.savepoint.SavepointText;
import org.silofold.kafka.ClusterAdmin;
import org.silofold.kafka.Federation;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.Deployment;
import org.silofold.silo.admin.Authority;
import org.silofold.silo.admin.AuthorityConfig;
import org.silofold.silo.admin.EnrolmentRequests;
import org.silofold.silo.admin.InitialModel;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.admin.RegistryPublisher;
import org.silofold.silo.agent.Agent;
import org.silofold.silo.party.PartyConfig;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.sdk.ModelUpdate;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.UpdateStatus;

/** A running federation of four honest silos and the attacker, who has keys and an enrolment but no agent. In epoch 2. */
final class AttackFederation implements AutoCloseable {
    static final String NAME = "attacked-federation";
    static final String AGGREGATOR = "aggregator";
    static final String ATTACKER = "mallory";
    static final List<String> HONEST = List.of("east", "north", "south", "west");
    static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Milliseconds that the committee has for votes; an update ends so much, and five seconds, before its manifest expires. */
    static final long VOTE_TIMEOUT = 60_000;

    private static final long EXAMPLES = 100;

    private final Path directory;
    private final List<Runnable> parts = new ArrayList<>();
    private final Map<String, Silo> silos = new TreeMap<>();
    private final Map<String, Integer> models = new TreeMap<>();
    private final EmbeddedBroker broker;
    private final Map<String, String> more;
    private JobConfig config;
    private LocalCluster cluster;
    private FederationLog log;
    private Attacker attacker;

    private AttackFederation(Path directory, Map<String, String> more) throws IOException {
        this.directory = directory;
        this.more = more;
        this.broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
        parts.add(broker::close);
    }

    /** A model's parameters and policy. */
    record Model(String name, int parameters, PolicyFile policy) {}

    /** A policy of cohorts of three or four, four by default. */
    static PolicyFile policy() {
        return PolicyFile.defaults(HONEST.size() + 1)
                .set("minCohort", 3)
                .set("bufferSize", 4)
                .set("maxCohort", 5)
                .set("stalenessBound", 2)
                .set("maxInFlight", 2)
                .set("voteTimeoutMillis", VOTE_TIMEOUT);
    }

    /**
     * Starts all of it; returns once version 0 of every model is out.
     *
     * @param committee who holds the seats, in their order
     */
    static AttackFederation start(Path directory, List<String> committee, Model... models) throws Exception {
        return start(directory, committee, Map.of(), models);
    }

    /** As {@link #start(Path, List, Model...)}, with options of the job's that go before its own. */
    static AttackFederation start(Path directory, List<String> committee, Map<String, String> more, Model... models)
            throws Exception {
        AttackFederation federation = new AttackFederation(directory, more);
        try {
            federation.found(committee, models);
            federation.run(committee, List.of(models));
            return federation;
        } catch (Exception | AssertionError e) {
            federation.close();
            throw e;
        }
    }

    private void applyTopics(List<String> all, List<String> committee) throws IOException {
        Federation topics = new Federation(
                "", Deployment.DEFAULT, AGGREGATOR, Authority.NAME, all, committee, List.of(), (short) 1);
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrap()))) {
            ClusterAdmin kafka = new ClusterAdmin(admin);
            kafka.apply(kafka.plan(topics));
        }
    }

    private void found(List<String> committee, Model... founded) throws IOException {
        List<String> all =
                Stream.concat(HONEST.stream(), Stream.of(ATTACKER)).sorted().toList();
        applyTopics(all, committee);
        try (Authority authority = Authority.init(
                directory.resolve("authority"), new AuthorityConfig(NAME, broker.bootstrap(), ""), Clock.systemUTC())) {
            enrol(authority, AGGREGATOR, Role.AGGREGATOR, 2);
            for (String silo : all) {
                enrol(authority, silo, Role.SILO, 2);
            }
            // The roster of epoch 1 is signed, and never used: it is what records of an old epoch name.
            authority.roster(committee);
            Files.write(directory.resolve("old-roster"), authority.documents().get("roster"));
            authority.roster(committee);
            for (Model model : founded) {
                models.put(model.name(), model.parameters());
                authority.policy(model.name(), model.policy());
                authority.model(model.name(), tensors(model), List.of(), initial(model));
            }
            try (RegistryPublisher publisher = new RegistryPublisher(authority.config(), new Properties())) {
                publisher.documents(authority);
            }
        }
    }

    private static List<TensorSpec> tensors(Model model) {
        return List.of(new TensorSpec("w", List.of(model.parameters())));
    }

    private static InitialModel initial(Model model) {
        return new InitialModel(Authority.layout(tensors(model), "MASK-2048-32"), new float[model.parameters()]);
    }

    private void enrol(Authority authority, String name, Role role, int epoch) throws IOException {
        PartyConfig config = new PartyConfig(name, role, name, NAME, broker.bootstrap(), "", Optional.empty());
        try (SigningKey identity = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            PartyDirectory party = PartyDirectory.create(party(name), config, authority.verifyingKey(), identity);
            authority.enrol(EnrolmentRequests.make(party, epoch, Clock.systemUTC()));
        }
    }

    private void run(List<String> committee, List<Model> founded) throws Exception {
        config = JobConfig.of(jobOptions());
        cluster = LocalCluster.start(config, 1, directory.resolve("flink"));
        parts.add(0, cluster::close);
        log = new FederationLog(
                broker.bootstrap(), NAME, PartyDirectory.open(party(ATTACKER)).authorityKey(), committee);
        parts.add(0, log::close);
        attacker = new Attacker(this);
        parts.add(0, attacker::close);
        attacker.awaitRegistry();
        authority(authority -> {
            try (RegistryPublisher publisher = new RegistryPublisher(authority.config(), new Properties())) {
                founded.forEach(model -> publisher.initialModel(authority, model.name(), initial(model)));
            }
        });
        for (String silo : HONEST) {
            startAgent(silo);
            silos.put(silo, Silo.connect(party(silo)));
        }
        for (String model : models.keySet()) {
            log.awaitVersion(model, 0);
        }
    }

    private void startAgent(String party) {
        Agent agent = Agent.start(PartyDirectory.open(party(party)));
        parts.add(0, agent::close);
    }

    /**
     * While everything runs: makes a further silo's topics, enrols it, begins the next epoch with it in the roster, and starts its agent and
     * one for the aggregator's key of that epoch. Returns once every agent is in the epoch with its key in the registry.
     */
    void enrolLater(String newcomer, int epoch) throws IOException {
        List<String> all = Stream.concat(HONEST.stream(), Stream.of(ATTACKER, newcomer))
                .sorted()
                .toList();
        applyTopics(all, log.committee());
        authority(authority -> {
            enrol(authority, newcomer, Role.SILO, epoch);
            assertThat(authority.roster(log.committee()).epoch()).isEqualTo(epoch);
        });
        startAgent(AGGREGATOR);
        startAgent(newcomer);
        silos.put(newcomer, Silo.connect(party(newcomer)));
        try (Silo aggregator = Silo.connect(party(AGGREGATOR))) {
            awaitEpoch(aggregator, epoch);
            silos.values().forEach(silo -> awaitEpoch(silo, epoch));
        }
    }

    private void awaitEpoch(Silo silo, int epoch) {
        String done = "the key of epoch " + epoch + " is in the registry";
        log.await(done, () -> Optional.of(silo.agentStatus())
                .filter(status -> status.epoch() == epoch)
                .filter(status -> status.components().stream()
                        .anyMatch(component -> component.detail().equals(done))));
    }

    /** How often the job was restarted. */
    int restarts() {
        return cluster.restarts();
    }

    /** What the job holds now, as lines of text. */
    List<String> stored() throws Exception {
        String savepoint = cluster.savepoint(directory.resolve("savepoints"));
        return SavepointText.lines(Path.of(URI.create(savepoint)), config);
    }

    private Map<String, String> jobOptions() throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("federation", NAME);
        options.put("aggregator", AGGREGATOR);
        options.put("bootstrap-servers", broker.bootstrap());
        options.put(
                "authority-key-file",
                directory.resolve("authority/authority.spki").toString());
        options.put(
                "identity-key-file",
                party(AGGREGATOR).resolve("keys/identity.pem").toString());
        options.put("kem-key-directory", party(AGGREGATOR).resolve("keys").toString());
        options.put(
                "checkpoint-directory",
                Files.createDirectories(directory.resolve("checkpoints"))
                        .toUri()
                        .toString());
        options.put("checkpoint-interval-ms", "200");
        options.put("discovery-interval-ms", "1000");
        options.put("restart-delay-ms", "200");
        options.put("park-ms", "3000");
        options.put("parallelism", "1");
        options.putAll(more);
        return options;
    }

    FederationLog log() {
        return log;
    }

    /** Who has the attacker's keys. */
    Attacker attacker() {
        return attacker;
    }

    /** Where the broker is. */
    String bootstrap() {
        return broker.bootstrap();
    }

    /** A party's directory. */
    Path party(String name) {
        return directory.resolve("parties").resolve(name);
    }

    /** The record of the roster of epoch 1. */
    byte[] oldRoster() throws IOException {
        return Files.readAllBytes(directory.resolve("old-roster"));
    }

    /** Something that the authority signs now, published. */
    void authority(Decision decision) throws IOException {
        try (Authority authority = Authority.open(directory.resolve("authority"), Clock.systemUTC());
                RegistryPublisher publisher = new RegistryPublisher(authority.config(), new Properties())) {
            decision.by(authority);
            publisher.documents(authority);
        }
    }

    /** What the authority does. */
    interface Decision {
        void by(Authority authority) throws IOException;
    }

    /** Honest silos submit an update each, from the newest version. */
    Map<String, UpdateId> submit(String model, List<String> honest) {
        ModelManifest newest = log.newest(model).manifest();
        Map<String, UpdateId> ids = new TreeMap<>();
        for (String name : honest) {
            Silo silo = silos.get(name);
            long base = silo.awaitModel(model, newest.version() - 1, PATIENCE)
                    .orElseThrow()
                    .version();
            float[] delta = new float[models.get(model)];
            java.util.Arrays.fill(delta, 0.01f * (1 + HONEST.indexOf(name)));
            ids.put(name, silo.submit(new ModelUpdate(model, base, delta, EXAMPLES, Map.of())));
        }
        return ids;
    }

    /** Waits for the version that these honest updates are all in. */
    ModelManifest awaitJoined(String model, Map<String, UpdateId> honest) {
        long version = -1;
        for (Map.Entry<String, UpdateId> update : honest.entrySet()) {
            UpdateStatus status = silos.get(update.getKey()).await(update.getValue(), PATIENCE);
            assertThat(status.state()).as(update.getKey() + ": " + status).isEqualTo(UpdateStatus.State.IN_VERSION);
            assertThat(version).isIn(-1L, status.version());
            version = status.version();
        }
        return log.awaitVersion(model, version).manifest();
    }

    /** What an honest silo's agent says of its update, once it is over. */
    UpdateStatus ended(String silo, UpdateId id) {
        return silos.get(silo).await(id, PATIENCE);
    }

    /** All honest silos submit, and get a version with their updates and no other. */
    ModelManifest honestVersion(String model) {
        ModelManifest version = awaitJoined(model, submit(model, HONEST));
        assertThat(version.cohort().stream().map(UpdateRef::silo)).containsExactlyElementsOf(new TreeSet<>(HONEST));
        return version;
    }

    @Override
    public void close() {
        silos.values().forEach(Silo::close);
        silos.clear();
        parts.forEach(Runnable::run);
        parts.clear();
    }
}
