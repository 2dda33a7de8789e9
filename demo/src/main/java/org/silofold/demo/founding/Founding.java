package org.silofold.demo.founding;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
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
import org.silofold.silo.party.PartyConfig;
import org.silofold.silo.party.PartyDirectory;

/**
 * A federation whose parties are all below one directory: an authority, an aggregator, silos that are each a committee member too, and
 * auditors.
 *
 * @param name the federation's
 * @param directory where {@code authority/} and {@code parties/NAME/} are
 * @param bootstrap its broker
 * @param silos the silos' names
 * @param auditors the auditors' names
 * @param clients file of the Kafka client settings with which {@link #OPERATOR} or the party of a name reaches the broker
 */
public record Founding(
        String name,
        Path directory,
        String bootstrap,
        List<String> silos,
        List<String> auditors,
        Function<String, Optional<Path>> clients) {
    /** The aggregator's name. */
    public static final String AGGREGATOR = "aggregator";

    /** Who makes the topics. */
    public static final String OPERATOR = "operator";

    /** Copies the lists. */
    public Founding {
        silos = List.copyOf(silos);
        auditors = List.copyOf(auditors);
    }

    /** Makes the topics; returns how many changes it took. */
    public int topics() throws IOException {
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
    public Policy found(String model, Workload workload, PolicyFile policyFile) throws IOException {
        try (Authority authority =
                Authority.init(authorityDirectory(), new AuthorityConfig(name, bootstrap, ""), Clock.systemUTC())) {
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

    private void enrol(Authority authority, String party, String organisation, Role role) throws IOException {
        PartyConfig config = new PartyConfig(party, role, organisation, name, bootstrap, "", clients.apply(party));
        try (SigningKey identity = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65)) {
            PartyDirectory created = PartyDirectory.create(party(party), config, authority.verifyingKey(), identity);
            authority.enrol(EnrolmentRequests.make(created, 1, Clock.systemUTC()));
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

    /** A party's directory. */
    public Path party(String party) {
        return directory.resolve("parties").resolve(party);
    }

    /** The authority's directory. */
    public Path authorityDirectory() {
        return directory.resolve("authority");
    }

    /** What the job is configured with: files of keys, never keys. */
    public Map<String, String> jobOptions(long checkpointMillis) throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("federation", name);
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
}
