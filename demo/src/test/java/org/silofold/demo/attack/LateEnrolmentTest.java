package org.silofold.demo.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.demo.attack.AttackFederation.HONEST;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.UpdateRef;

/** A silo that is enrolled while the job runs, in the roster of a new epoch: the job finds its topics by itself and is not restarted. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class LateEnrolmentTest {
    private static final String MODEL = "small";
    private static final String NEWCOMER = "newcomer";
    private static final int NEXT_EPOCH = 3;

    @TempDir
    Path directory;

    @Test
    void aSiloEnrolledWhileTheJobRunsIsInAVersion() throws Exception {
        try (AttackFederation federation = AttackFederation.start(
                directory,
                HONEST,
                Map.of("park-ms", "60000"),
                new AttackFederation.Model(MODEL, 64, AttackFederation.policy()))) {
            federation.honestVersion(MODEL);
            federation.enrolLater(NEWCOMER, NEXT_EPOCH);
            List<String> four = new ArrayList<>(HONEST.subList(0, 3));
            four.add(NEWCOMER);
            ModelManifest version = federation.awaitJoined(MODEL, federation.submit(MODEL, four));
            assertThat(version.context().rosterEpoch()).isEqualTo(NEXT_EPOCH);
            assertThat(version.cohort().stream().map(UpdateRef::silo)).containsExactlyInAnyOrderElementsOf(four);
            assertThat(federation.restarts()).isZero();
        }
    }
}
