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
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.sdk.AgentStatus;
import org.silofold.silo.sdk.ModelUpdate;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.UpdateStatus;
import org.silofold.silo.verify.Finding;
import org.silofold.silo.verify.HistoryCheck;
import org.silofold.silo.verify.LogCheck;
import org.silofold.silo.verify.Report;
import org.silofold.silo.verify.ReportText;

/** A whole federation at a broker with an authorizer, each party with a login of its own and the ACLs of {@code apply}, no more. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class SecuredFederationTest {
    private static final String MODEL = "synthetic";
    private static final Duration PATIENCE = Duration.ofSeconds(100);
    private static final int COMPONENTS = 8;
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
            assertThat(federation.topics()).as("41 topics and their ACLs").isGreaterThan(100);
            federation.found(MODEL, workload, PolicyFile.defaults(SILOS.size()).set("clip", 1.0));
            try (LocalCluster cluster =
                    LocalCluster.start(JobConfig.of(federation.jobOptions(400)), 2, directory.resolve("tmp"))) {
                federation.startAgents();
                makeVersion(federation, workload, 0);
                cluster.killTaskManager();
                makeVersion(federation, workload, 1);
            }
            for (String silo : SILOS) {
                allComponentsAreWell(federation.party(silo), silo);
            }
            theLogVerifies(federation);
            try (Admin admin = Admin.create(broker.client(DemoFederation.OPERATOR))) {
                assertThat(admin.listTransactions().all().get()).isNotEmpty().allMatch(transaction -> transaction
                        .transactionalId()
                        .matches("silofold-(models|decisions|rejections)-.*"));
                assertThat(admin.listGroups().all().get()).isNotEmpty().allMatch(group -> group.groupId()
                        .matches("silofold-(registry|updates|facts|initial-models|own-log)"));
            }
        }
    }

    /** A component that has just published the agent's key looks ten seconds later whether the registry holds it. */
    private static void allComponentsAreWell(Path party, String silo) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        try (Silo agent = Silo.connect(party)) {
            List<AgentStatus.Component> components = agent.agentStatus().components();
            while (components.size() < COMPONENTS && System.nanoTime() - deadline < 0) {
                components = agent.agentStatus().components();
            }
            assertThat(components).as(silo).hasSize(COMPONENTS).allMatch(AgentStatus.Component::healthy);
        }
    }

    /** The aggregator may read all that it takes; a silo may not, and is told so. */
    private static void theLogVerifies(DemoFederation federation) throws Exception {
        PartyDirectory aggregator = PartyDirectory.open(federation.party(DemoFederation.AGGREGATOR));
        Report whole =
                LogCheck.run(LogCheck.Settings.of(aggregator, Optional.of(aggregator), HistoryCheck.Mode.SETTLED));
        assertThat(whole.findings())
                .as(String.join("\n", ReportText.lines(whole)))
                .isEmpty();
        assertThat(whole.models().get(0).recomputed()).isEqualTo(3);
        Report silos = LogCheck.run(LogCheck.Settings.of(
                PartyDirectory.open(federation.party(SILOS.get(0))), Optional.empty(), HistoryCheck.Mode.RUNNING));
        assertThat(silos.exitCode()).isEqualTo(Report.NOT_CHECKED);
        assertThat(silos.findings())
                .extracting(Finding::what)
                .contains("updates." + SILOS.get(1) + " is not there, or may not be read");
    }

    /** All silos but the last submit; all get the version. */
    private static void makeVersion(DemoFederation federation, Workload workload, long base) throws Exception {
        List<Hospital> hospitals = List.of(Hospital.values());
        List<UpdateId> ids = new java.util.ArrayList<>();
        for (Hospital hospital : hospitals.subList(0, hospitals.size() - 1)) {
            try (Silo silo = Silo.connect(federation.party(hospital.id()))) {
                var model = silo.awaitModel(MODEL, base - 1, PATIENCE).orElseThrow();
                assertThat(model.version()).isEqualTo(base);
                Workload.Trained trained = workload.train(hospital.id(), base, model.parameters());
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
