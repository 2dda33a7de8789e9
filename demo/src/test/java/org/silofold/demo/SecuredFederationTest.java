package org.silofold.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.demo.heart.Hospital;
import org.silofold.demo.local.LocalCluster;
import org.silofold.demo.train.SyntheticWorkload;
import org.silofold.demo.train.Workload;
import org.silofold.job.config.JobConfig;
import org.silofold.protocol.message.UpdateId;
import org.silofold.silo.admin.Authority;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.sdk.AgentStatus;
import org.silofold.silo.sdk.ModelUpdate;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.UpdateStatus;

/** A whole federation at a broker with an authorizer, each party with a login of its own and the ACLs of {@code apply}, no more. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class SecuredFederationTest {
    private static final String MODEL = "synthetic";
    private static final Duration PATIENCE = Duration.ofSeconds(100);
    private static final List<String> SILOS =
            Arrays.stream(Hospital.values()).map(Hospital::id).sorted().toList();

    @TempDir
    Path directory;

    @Test
    void theJobAndTheAgentsMakeVersionsAlsoAfterARestart() throws Exception {
        List<String> parties = Stream.concat(Stream.of(DemoFederation.AGGREGATOR, Authority.NAME), SILOS.stream())
                .toList();
        Workload workload = new SyntheticWorkload(64, 1, 7);
        try (SecuredBroker broker = new SecuredBroker(directory, parties);
                DemoFederation federation = new DemoFederation(
                        directory.resolve("federation"),
                        broker.bootstrap(),
                        List.of(),
                        principal -> Optional.of(broker.clientFile(principal)))) {
            assertThat(federation.topics()).as("28 topics and their ACLs").isGreaterThan(100);
            federation.found(MODEL, workload, PolicyFile.defaults(SILOS.size()).set("clip", 1.0));
            try (LocalCluster cluster =
                    LocalCluster.start(JobConfig.of(federation.jobOptions(400)), 2, directory.resolve("tmp"))) {
                federation.startAgents();
                makeVersion(federation, workload, 0);
                cluster.killTaskManager();
                makeVersion(federation, workload, 1);
            }
            for (String silo : SILOS) {
                try (Silo agent = Silo.connect(federation.party(silo))) {
                    assertThat(agent.agentStatus().components())
                            .as(silo)
                            .hasSize(7)
                            .allMatch(AgentStatus.Component::healthy);
                }
            }
            try (Admin admin = Admin.create(broker.client(DemoFederation.OPERATOR))) {
                assertThat(admin.listTransactions().all().get()).isNotEmpty().allMatch(transaction -> transaction
                        .transactionalId()
                        .matches("silofold-(models|decisions|rejections)-.*"));
                assertThat(admin.listGroups().all().get()).isNotEmpty().allMatch(group -> group.groupId()
                        .matches("silofold-(registry|updates|facts|initial-models|own-log)"));
            }
        }
    }

    /** All silos but the last submit; all get the version. */
    private static void makeVersion(DemoFederation federation, Workload workload, long base) throws Exception {
        List<Hospital> hospitals = List.of(Hospital.values());
        List<UpdateId> ids = new java.util.ArrayList<>();
        for (Hospital hospital : hospitals.subList(0, hospitals.size() - 1)) {
            try (Silo silo = Silo.connect(federation.party(hospital.id()))) {
                var model = silo.awaitModel(MODEL, base - 1, PATIENCE).orElseThrow();
                assertThat(model.version()).isEqualTo(base);
                Workload.Trained trained = workload.train(hospital, base, model.parameters());
                ids.add(silo.submit(
                        new ModelUpdate(MODEL, base, trained.delta(), trained.examples(), trained.metrics())));
            }
        }
        for (int i = 0; i < hospitals.size(); i++) {
            try (Silo silo = Silo.connect(federation.party(hospitals.get(i).id()))) {
                assertThat(silo.awaitModel(MODEL, base, PATIENCE).orElseThrow().version())
                        .isEqualTo(base + 1);
                if (i < ids.size()) {
                    assertThat(silo.await(ids.get(i), PATIENCE).state()).isEqualTo(UpdateStatus.State.IN_VERSION);
                }
            }
        }
    }
}
