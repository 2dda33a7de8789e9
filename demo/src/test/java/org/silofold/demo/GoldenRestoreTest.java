package org.silofold.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.silofold.demo.local.LocalCluster;
import org.silofold.job.Uids;
import org.silofold.job.coordinate.AuditEvents;
import org.silofold.job.publish.PublishEvents;
import org.silofold.job.savepoint.GoldenSavepoint;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.schemas.Topics;
import org.silofold.silo.auditor.AuditOutcome;
import org.silofold.silo.sdk.UpdateStatus;

/**
 * Every release's golden savepoint, restored as a whole job on the log that it belongs to: no state is left over, and training goes on. An
 * auditor with nothing but its keys makes every version again from the first, so a moment or a parameter that was restored wrongly is found.
 */
@Timeout(value = 400, unit = TimeUnit.SECONDS)
class GoldenRestoreTest {
    private static final Pattern WAITS =
            Pattern.compile(Uids.COORDINATE + ": update ([a-z]+)/([0-9a-f]+) is (BUFFERED|REQUESTED).*");
    private static final String TO_WRITE = "savepoint.release";
    private static final Path RESOURCES = Path.of("../flink-job/src/test/resources", GoldenSavepoint.RESOURCES);

    @TempDir
    Path directory;

    private final BlockingQueue<AuditOutcome> outcomes = new LinkedBlockingQueue<>();

    static List<String> releases() {
        return GoldenSavepoint.releases();
    }

    /** Not a test but how a release's savepoint is made: {@code -Dsavepoint.release=0.2.0}. */
    @Test
    @EnabledIfSystemProperty(named = TO_WRITE, matches = ".+")
    void writeOne() throws Exception {
        new GoldenWriter(directory).write(System.getProperty(TO_WRITE), RESOURCES);
    }

    @ParameterizedTest
    @MethodSource("releases")
    void trainingGoesOnFromIt(String release) throws Exception {
        GoldenSavepoint golden = GoldenSavepoint.unpack(release, directory);
        try (GoldenFederation federation = new GoldenFederation(directory)) {
            federation.moveParties();
            try (LocalCluster cluster = LocalCluster.restore(
                    federation.config(2),
                    2,
                    directory.resolve("flink"),
                    golden.savepoint().toUri().toString())) {
                federation.startAgents();
                federation.startAuditor(outcomes::add);
                // One of these two and the update that waited in the buffer make version 2, or both do if it is too
                // old.
                federation.submit(GoldenFederation.BUFFERED, "lyon", 1);
                federation.submit(GoldenFederation.BUFFERED, "oslo", 1);
                federation.untilVersion(GoldenFederation.BUFFERED, 2);
                federation.submit(GoldenFederation.BUFFERED, "berlin", 2);
                federation.submit(GoldenFederation.BUFFERED, "lyon", 2);
                federation.untilVersion(GoldenFederation.BUFFERED, 3);
                waitingUpdatesEnd(federation, golden);
                assertThat(cluster.status().isTerminalState()).isFalse();
            }
            theChainIsWhole(federation.manifests(GoldenFederation.BUFFERED));
            assertThat(federation.audited(AuditEvents.CONFLICT_IN_LOG)).isEmpty();
            assertThat(federation.audited(PublishEvents.DIFFERS)).isEmpty();
            assertThat(federation.audited(PublishEvents.WRONG_ROOT)).isEmpty();
            assertThat(LogCopy.read(federation.bootstrap(), new Topics("").rejections()))
                    .isEmpty();
            everyVersionIsRight();
        }
    }

    /** Each update that waited in the savepoint ends at its silo: in one version, or refused, and then perhaps taken back, as it expired on the newest base. */
    private static void waitingUpdatesEnd(GoldenFederation federation, GoldenSavepoint golden) {
        List<UpdateStatus.State> ends = new ArrayList<>();
        for (String line : golden.stored()) {
            Matcher waits = WAITS.matcher(line);
            if (waits.matches()) {
                String silo = waits.group(1);
                UpdateId update = UpdateId.of(HexFormat.of().parseHex(waits.group(2)));
                federation.until(
                        () -> line + " is " + federation.status(silo, update),
                        () -> federation.state(silo, update).isFinal());
                ends.add(federation.state(silo, update));
            }
        }
        assertThat(ends).hasSize(3);
    }

    private static void theChainIsWhole(List<ModelManifest> manifests) {
        assertThat(manifests.stream().map(ModelManifest::version)).containsExactly(0L, 1L, 2L, 3L);
        assertThat(manifests.stream()
                        .map(ModelManifest::cohort)
                        .flatMap(Collection::stream)
                        .map(UpdateRef::updateId))
                .doesNotHaveDuplicates();
    }

    private void everyVersionIsRight() throws InterruptedException {
        Map<Long, Digest> verified = new TreeMap<>();
        while (verified.size() < 4) {
            AuditOutcome outcome = outcomes.poll(60, TimeUnit.SECONDS);
            assertThat(outcome).isInstanceOf(AuditOutcome.Verified.class);
            if (outcome instanceof AuditOutcome.Verified right && right.model().equals(GoldenFederation.BUFFERED)) {
                verified.put(right.version(), right.manifestDigest());
            }
        }
        assertThat(verified.keySet()).containsExactly(0L, 1L, 2L, 3L);
    }
}
