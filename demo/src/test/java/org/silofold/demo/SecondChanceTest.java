package org.silofold.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.demo.heart.Hospital;
import org.silofold.demo.local.EmbeddedBroker;
import org.silofold.demo.local.LocalCluster;
import org.silofold.demo.train.SyntheticWorkload;
import org.silofold.job.config.JobConfig;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.sdk.ModelUpdate;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.SiloException;
import org.silofold.silo.sdk.UpdateStatus;
import org.silofold.silo.sdk.VerifiedModel;
import picocli.CommandLine;

/** With a real broker, committee and job, by the commands: a base is used again after a withdrawal, and after a void version, and not otherwise. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class SecondChanceTest {
    private static final String MODEL = "synthetic";
    private static final Duration PATIENCE = Duration.ofSeconds(100);
    private static final int PARAMETERS = 64;

    @TempDir
    Path directory;

    @Test
    void byTheCommitteesWordOrTheAuthoritys() throws Exception {
        Path parties = directory.resolve("federation");
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), EmbeddedBroker.freePort());
                DemoFederation federation = new DemoFederation(parties, broker.bootstrap(), List.of())) {
            federation.topics();
            federation.found(
                    MODEL,
                    new SyntheticWorkload(PARAMETERS, 1, 7),
                    PolicyFile.defaults(4)
                            .set("clip", 1.0)
                            .set("maxVoids", 1)
                            // The committee answers a withdrawal two of these later.
                            .set("voteTimeoutMillis", 10_000));
            try (LocalCluster cluster =
                    LocalCluster.start(JobConfig.of(federation.jobOptions(400)), 2, directory.resolve("tmp"))) {
                federation.startAgents();
                try (Silo first = silo(federation, Hospital.CLEVELAND);
                        Silo second = silo(federation, Hospital.HUNGARIAN);
                        Silo third = silo(federation, Hospital.SWITZERLAND)) {
                    VerifiedModel zero = first.awaitModel(MODEL, -1, PATIENCE).orElseThrow();
                    UpdateId withdrawn = submit(first, 0);
                    first.await(withdrawn, status -> status.state() == UpdateStatus.State.ACCEPTED, PATIENCE);
                    refusedAsSpent(first, 0);
                    String party = federation.party(Hospital.CLEVELAND.id()).toString();
                    assertThat(silofold("withdraw", "--dir", party, "--update", withdrawn.hex(), "--wait", "90"))
                            .contains("withdrawn");
                    cluster.killTaskManager();

                    // The authority lets version 1 repeat version 0.
                    assertThat(second.awaitModel(MODEL, -1, PATIENCE)).isPresent();
                    UpdateId lost = submit(second, 0);
                    String authority = parties.resolve("authority").toString();
                    String digest = zero.manifestDigest().hex();
                    silofold(
                            "federation",
                            "void",
                            "--dir",
                            authority,
                            "--model",
                            MODEL,
                            "--version",
                            "1",
                            "--previous",
                            digest,
                            "--why",
                            "test");
                    silofold("federation", "publish", "--dir", authority);
                    VerifiedModel one = second.awaitModel(MODEL, 0, PATIENCE).orElseThrow();
                    assertThat(one.version()).isEqualTo(1);
                    assertThat(one.manifest().cohort()).isEmpty();
                    assertThat(one.manifest().voidVersion()).isPresent();
                    assertThat(one.parameters()).isEqualTo(zero.parameters());

                    List<UpdateId> again = new ArrayList<>();
                    for (Silo silo : List.of(first, second, third)) {
                        assertThat(silo.awaitModel(MODEL, 0, PATIENCE)).isPresent();
                        again.add(submit(silo, 1));
                        refusedAsSpent(silo, 1);
                    }
                    VerifiedModel two = first.awaitModel(MODEL, 1, PATIENCE).orElseThrow();
                    assertThat(two.manifest().cohort())
                            .extracting(UpdateRef::updateId)
                            .hasSizeGreaterThanOrEqualTo(3)
                            .doesNotContain(withdrawn)
                            .isSubsetOf(List.of(again.get(0), again.get(1), again.get(2), lost));
                }
            }
        }
    }

    private static Silo silo(DemoFederation federation, Hospital hospital) {
        return Silo.connect(federation.party(hospital.id()));
    }

    private static UpdateId submit(Silo silo, long base) {
        return silo.submit(new ModelUpdate(MODEL, base, new float[PARAMETERS], 10, Map.of()));
    }

    private static void refusedAsSpent(Silo silo, long base) {
        assertThatThrownBy(() -> submit(silo, base))
                .isInstanceOfSatisfying(
                        SiloException.class, e -> assertThat(e.code()).isEqualTo("base-spent"));
    }

    private static String silofold(String... arguments) {
        StringWriter said = new StringWriter();
        CommandLine silofold = Silofold.commandLine();
        silofold.setOut(new PrintWriter(said));
        silofold.setErr(new PrintWriter(said));
        assertThat(silofold.execute(arguments)).as(said::toString).isZero();
        return said.toString();
    }
}
