package org.silofold.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.params.Encoding;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.privacy.PrivacyAccountant;
import org.silofold.protocol.privacy.PrivateEncoding;
import org.silofold.silo.admin.PolicyFile;
import org.silofold.silo.sdk.ModelUpdate;
import org.silofold.silo.sdk.Silo;
import org.silofold.silo.sdk.SiloException;
import org.silofold.silo.sdk.UpdateStatus;
import org.silofold.silo.sdk.VerifiedModel;

/** A private federation at a real broker and job: noise in every version, epsilon in every manifest, and silos that stop when it is spent. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class PrivateFederationTest {
    private static final String MODEL = "synthetic";
    private static final Duration PATIENCE = Duration.ofSeconds(100);
    private static final int PARAMETERS = 4096;
    private static final double DELTA = 1e-6;
    private static final double NOISE = 2;
    private static final int PAID = 2;

    /** Cohorts of three silos, of which two are counted on; the clip of a value is far above the noise, so no value of the mean is cut. */
    private static final PrivateEncoding ENCODING =
            PrivateEncoding.of(new Encoding(ParameterSet.MASK_2048_32, 8, 4), 1, NOISE, 3, 1, PARAMETERS);

    private static final PrivacyAccountant ACCOUNTANT = PrivacyAccountant.of(ENCODING);

    @TempDir
    Path directory;

    @Test
    void theBudgetStopsASiloAndManifestsSayWhatIsSpent() throws Exception {
        double budget = (ACCOUNTANT.epsilon(PAID, DELTA) + ACCOUNTANT.epsilon(PAID + 1, DELTA)) / 2;
        PolicyFile policy = PolicyFile.defaults(4)
                .set("clip", 8.0)
                .set("weightRule", "uniform")
                .set("stalenessExponent", 0)
                .set("minWeight", 1)
                .set("privacy.l2Clip", 1)
                .set("privacy.noiseMultiplier", NOISE)
                .set("privacy.colluders", 1)
                .set("privacy.epsilon", budget)
                .set("privacy.delta", DELTA);
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), EmbeddedBroker.freePort());
                DemoFederation federation =
                        new DemoFederation(directory.resolve("federation"), broker.bootstrap(), List.of())) {
            federation.topics();
            federation.found(MODEL, new SyntheticWorkload(PARAMETERS, 1, 7), policy);
            try (LocalCluster cluster =
                    LocalCluster.start(JobConfig.of(federation.jobOptions(400)), 2, directory.resolve("tmp"))) {
                federation.startAgents();
                float[] before = model(federation, 0).parameters();
                for (int version = 1; version <= PAID; version++) {
                    makeVersion(federation, version - 1);
                    VerifiedModel model = model(federation, version);
                    ModelManifest.PrivacySpent spent =
                            model.manifest().privacy().orElseThrow();
                    assertThat(spent.delta()).isEqualTo(DELTA);
                    assertThat(spent.epsilon()).isCloseTo(ACCOUNTANT.epsilon(version, DELTA), within(1e-9));
                    // The silos sent zeros, so the step is the noise of three.
                    assertThat(width(before, model.parameters()))
                            .isCloseTo(ENCODING.meanNoise(3), within(0.1 * ENCODING.meanNoise(3)));
                    before = model.parameters();
                    cluster.killTaskManager();
                }
                try (Silo silo = Silo.connect(federation.party(Hospital.CLEVELAND.id()))) {
                    assertThatThrownBy(() -> submit(silo, PAID))
                            .isInstanceOfSatisfying(SiloException.class, e -> assertThat(e.code())
                                    .isEqualTo("budget-spent"))
                            .hasMessageContaining("the privacy budget of " + MODEL + " is epsilon");
                    assertThat(silo.updates()).hasSize(PAID);
                }
                try (Silo silo = Silo.connect(federation.party(Hospital.VA.id()))) {
                    assertThat(submit(silo, PAID))
                            .as("who sent nothing has all of it")
                            .isNotNull();
                }
            }
        }
    }

    /** All silos but the last send zeros. */
    private static void makeVersion(DemoFederation federation, long base) {
        List<Hospital> hospitals = List.of(Hospital.values()).subList(0, 3);
        List<UpdateId> ids = new ArrayList<>();
        for (Hospital hospital : hospitals) {
            try (Silo silo = Silo.connect(federation.party(hospital.id()))) {
                assertThat(silo.awaitModel(MODEL, base - 1, PATIENCE)).isPresent();
                ids.add(submit(silo, base));
            }
        }
        for (int i = 0; i < hospitals.size(); i++) {
            try (Silo silo = Silo.connect(federation.party(hospitals.get(i).id()))) {
                assertThat(silo.await(ids.get(i), PATIENCE).state()).isEqualTo(UpdateStatus.State.IN_VERSION);
            }
        }
    }

    private static UpdateId submit(Silo silo, long base) {
        return silo.submit(new ModelUpdate(MODEL, base, new float[PARAMETERS], 10, Map.of()));
    }

    private static VerifiedModel model(DemoFederation federation, long version) {
        VerifiedModel model = null;
        for (Hospital hospital : Hospital.values()) {
            try (Silo silo = Silo.connect(federation.party(hospital.id()))) {
                model = silo.awaitModel(MODEL, version - 1, PATIENCE).orElseThrow();
                assertThat(model.version()).isEqualTo(version);
            }
        }
        return model;
    }

    private static double width(float[] before, float[] after) {
        double squares = 0;
        for (int i = 0; i < after.length; i++) {
            squares += ((double) after[i] - before[i]) * ((double) after[i] - before[i]);
        }
        return Math.sqrt(squares / after.length);
    }
}
