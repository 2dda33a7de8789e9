package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Countersignature;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.SignedRecords;
import org.silofold.silo.admin.PolicyFile;

/** Where policy names an auditor, a silo trains on what this auditor countersigned, and on nothing else. */
class CountersignaturesTest {
    private static final String MODEL = TestFederation.MODEL;
    private static final String AUDITOR = "auditor";
    private static final String OTHER = "other-auditor";

    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(20, "fedavg", List.of(AUDITOR, OTHER), AUDITOR);
    private TestAgent agent;
    private Digest digest;

    @BeforeEach
    void start() throws IOException {
        agent = TestAgent.create(federation, directory.resolve("party"), "silo-1");
        digest = agent.initial();
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    private byte[] countersignature(String signer, String sender, long version, Digest manifest, Digest root) {
        Countersignature message = new Countersignature(
                federation.view().context(MODEL, sender, Purpose.COUNTERSIGNATURE), version, manifest, root);
        return SignedRecords.seal(message, new byte[0], federation.identities.get(signer));
    }

    private void countersign(String auditor, Digest manifest, Digest root) throws IOException {
        agent.countersignatures.accept(auditor, countersignature(auditor, auditor, 0, manifest, root));
        agent.assembler.verify(MODEL);
    }

    private void waits() {
        assertThat(agent.database.manifests().newestVerified(MODEL)).isEmpty();
        assertThat(agent.chain.link(MODEL, 0).flatMap(agent.countersignatures::missing))
                .contains(AUDITOR);
    }

    private static void refused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                .isEqualTo(reason));
    }

    @Test
    void aVersionWaitsForItsCountersignature() throws IOException {
        waits();
        countersign(AUDITOR, digest, federation.root(federation.initial));
        assertThat(agent.database
                        .manifests()
                        .newestVerified(MODEL)
                        .orElseThrow()
                        .version())
                .isZero();
        agent.outbox.submit(agent.request(0, new float[20]));
    }

    @Test
    void aCountersignatureMayComeBeforeTheShards() throws IOException {
        byte[] manifest = federation.manifest(1, digest, federation.initial, 1);
        Digest root = federation.root(federation.initial);
        agent.countersignatures.accept(
                AUDITOR, countersignature(AUDITOR, AUDITOR, 1, TestFederation.digest(manifest), root));
        agent.chain.accept(manifest);
        agent.shards(1, federation.initial);
        assertThat(agent.database
                        .manifests()
                        .newestVerified(MODEL)
                        .orElseThrow()
                        .version())
                .isEqualTo(1);
    }

    @Test
    void anotherManifestOrRootOrAuditorIsNotIt() throws IOException {
        Digest root = federation.root(federation.initial);
        countersign(AUDITOR, Digest.sha256(new byte[] {1}), root);
        waits();
        countersign(AUDITOR, digest, Digest.sha256(new byte[] {1}));
        waits();
        countersign(OTHER, digest, root);
        waits();
        refused(
                Reason.BAD_SIGNATURE,
                () -> agent.countersignatures.accept(AUDITOR, countersignature(OTHER, AUDITOR, 0, digest, root)));
        refused(
                Reason.WRONG_SENDER,
                () -> agent.countersignatures.accept(AUDITOR, countersignature(AUDITOR, OTHER, 0, digest, root)));
        waits();
    }

    @Test
    void aRevokedAuditorsWordDoesNotCount() throws IOException {
        agent.close();
        agent = TestAgent.openAt(federation, agent.party, federation.end + 1);
        agent.shards(0, federation.initial);
        countersign(AUDITOR, digest, federation.root(federation.initial));
        waits();
    }

    @Test
    void anUpdateFromAVersionThatWaitsIsRefused() throws IOException {
        countersign(AUDITOR, digest, federation.root(federation.initial));
        byte[] manifest = federation.manifest(1, digest, federation.initial, 1);
        agent.chain.accept(manifest);
        agent.shards(1, federation.initial);
        refused(Reason.NOT_COUNTERSIGNED, () -> agent.outbox.submit(agent.request(1, new float[20])));
        refused(Reason.UNKNOWN_BASE, () -> agent.outbox.submit(agent.request(2, new float[20])));
        agent.outbox.submit(agent.request(0, new float[20]));
    }

    @Test
    void aVersionVerifiedBeforePolicyNamedTheAuditorWaitsToo() throws IOException {
        agent.close();
        TestFederation open = new TestFederation(20, "fedavg", List.of(AUDITOR), "");
        agent = TestAgent.create(open, directory.resolve("second"), "silo-1");
        agent.initial();
        agent.learn(open.policy(2, PolicyFile.defaults(3).set("minCohort", 2).set("auditor", AUDITOR)));
        refused(Reason.NOT_COUNTERSIGNED, () -> agent.outbox.submit(agent.request(0, new float[20])));
        assertThat(agent.database.updates().all()).isEmpty();
    }
}
