package org.silofold.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.silofold.demo.founding.Founding;
import org.silofold.demo.heart.Hospital;
import org.silofold.demo.train.Workload;
import org.silofold.protocol.registry.Policy;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.agent.Agent;
import org.silofold.silo.agent.AgentConfig;
import org.silofold.silo.auditor.AuditOutcome;
import org.silofold.silo.auditor.AuditService;
import org.silofold.silo.party.PartyDirectory;

/** The demo's federation: the four hospitals, an auditor if there is to be one, and their agents in this process. */
final class DemoFederation implements AutoCloseable {
    static final String NAME = "heart-federation";
    static final String AGGREGATOR = Founding.AGGREGATOR;
    static final String AUDITOR = "auditor";

    /** Who makes the topics. */
    static final String OPERATOR = Founding.OPERATOR;

    private final Founding founding;
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
        List<String> silos =
                Arrays.stream(Hospital.values()).map(Hospital::id).sorted().toList();
        this.founding = new Founding(NAME, directory, bootstrap, silos, auditors, clients);
    }

    /** Makes the topics; returns how many changes it took. */
    int topics() throws IOException {
        return founding.topics();
    }

    /** Founds the federation, enrols all parties, signs roster, policy and model, and publishes them. */
    Policy found(String model, Workload workload, PolicyFile policyFile) throws IOException {
        return founding.found(model, workload, policyFile);
    }

    /** Starts the hospitals' agents. */
    void startAgents() {
        for (String silo : founding.silos()) {
            agents.add(Agent.start(PartyDirectory.open(party(silo))));
        }
    }

    /** Starts the auditors. */
    void startAuditors(Consumer<AuditOutcome> listener) {
        for (String auditor : founding.auditors()) {
            AuditService service = new AuditService(AuditService.Mode.FOLLOW, List.of(), listener);
            agents.add(Agent.start(
                    PartyDirectory.open(party(auditor)), AgentConfig.defaults().withServices(List.of(service))));
        }
    }

    /** A party's directory. */
    Path party(String name) {
        return founding.party(name);
    }

    /** What the job is configured with: files of keys, never keys. */
    Map<String, String> jobOptions(long checkpointMillis) throws IOException {
        return founding.jobOptions(checkpointMillis);
    }

    @Override
    public void close() {
        agents.forEach(Agent::close);
        agents.clear();
    }
}
