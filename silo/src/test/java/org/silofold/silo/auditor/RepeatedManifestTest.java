package org.silofold.silo.auditor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.silo.agent.AuditedFederation.MODEL;
import static org.silofold.silo.agent.AuditedFederation.SILOS;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.silo.agent.AuditedFederation;

/** The auditor over its own agent's chain, with its state on disk. */
class RepeatedManifestTest {
    @TempDir
    Path directory;

    private final long seed = System.nanoTime();

    /** A job that is restored from a checkpoint which is not its newest may write a manifest once more, under another signature. */
    @Test
    void aManifestWrittenTwiceIsAuditedOnceAndRaisesNothing() throws IOException {
        System.out.println("RepeatedManifestTest seed " + seed);
        try (AuditedFederation federation = new AuditedFederation(directory.resolve("silos"), 2 * 2048 - 5, seed)) {
            ModelManifest zero = federation.initial();
            ModelManifest one = federation.next(zero, 0, SILOS.subList(0, 2));
            AuditedFederation.Follower follower = federation.follower(directory.resolve("auditor"));
            try (AuditStore store = AuditStore.open(follower.party().auditDatabase())) {
                Auditor auditor = new Auditor(
                        follower.party(),
                        follower.registry(),
                        new EnrolledParties(follower.registry(), follower.party()),
                        follower.chain(),
                        store,
                        new StateFiles(follower.party().audit()),
                        federation.log);
                for (ModelManifest manifest : new ModelManifest[] {zero, one}) {
                    assertThat(auditor.due(MODEL)).isEmpty();
                    assertThat(federation.show(manifest)).isTrue();
                    assertThat(federation.show(manifest))
                            .as("before it is audited")
                            .isFalse();
                    assertThat(auditor.audit(auditor.due(MODEL).orElseThrow()).root())
                            .isEqualTo(manifest.shardsRoot());
                    assertThat(federation.show(manifest)).as("after it").isFalse();
                }
                assertThat(federation.show(zero)).as("much later").isFalse();
                assertThat(auditor.due(MODEL)).isEmpty();
                assertThat(store.unsent(MODEL)).as("to be countersigned").containsExactly(0L, 1L);
                assertThat(follower.health().healthy()).isTrue();
                assertThat(follower.party().evidence()).doesNotExist();
            }
        }
    }
}
