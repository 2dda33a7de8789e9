package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryDocuments.Document;
import org.silofold.silo.admin.PolicyFile;

/** Parameters are trained from once, unless the authority allows a version that repeats them. */
class VoidVersionTest {
    private static final int PARAMETERS = 3 * 2048;
    private static final String MODEL = TestFederation.MODEL;

    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(PARAMETERS);
    private TestAgent agent;
    private Digest digest0;

    @BeforeEach
    void start() throws IOException {
        federation.documents.add(federation.policy(2, PolicyFile.defaults(3).set("maxVoids", 2)));
        agent = TestAgent.create(federation, directory.resolve("party"), "silo-1");
        digest0 = agent.initial();
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    @Test
    void anotherVersionWithTheParametersOfASpentBaseIsSpentToo() throws IOException {
        agent.outbox.submit(agent.request(0, delta()));
        Digest digest1 = agent.take(1, digest0, federation.initial);
        refused(Reason.BASE_SPENT, () -> agent.outbox.submit(agent.request(1, delta())));
        agent.close();
        agent = TestAgent.open(federation, agent.party);
        refused(Reason.BASE_SPENT, () -> agent.outbox.submit(agent.request(1, delta())));
        Digest digest2 = agent.take(2, digest1, moved());
        agent.outbox.submit(agent.request(2, delta()));
        // And back to the parameters of two versions before.
        agent.take(3, digest2, federation.initial);
        refused(Reason.BASE_SPENT, () -> agent.outbox.submit(agent.request(3, delta())));
        assertThat(agent.database.updates().all()).hasSize(2);
    }

    @Test
    void afterAVoidVersionOneMoreUpdateMayBeTrainedFromTheSameParameters() throws IOException {
        agent.outbox.submit(agent.request(0, delta()));
        Digest digest1 = takeVoid(1, digest0);
        assertThat(agent.database
                        .manifests()
                        .newestVerified(MODEL)
                        .orElseThrow()
                        .version())
                .isEqualTo(1);
        agent.outbox.submit(agent.request(1, delta()));
        refused(Reason.BASE_SPENT, () -> agent.outbox.submit(agent.request(1, delta())));
        // A void version opens its own base, not the one before it, nor what the aggregator repeats after it.
        refused(Reason.BASE_SPENT, () -> agent.outbox.submit(agent.request(0, delta())));
        agent.take(2, digest1, federation.initial);
        refused(Reason.BASE_SPENT, () -> agent.outbox.submit(agent.request(2, delta())));
    }

    @Test
    void withoutTheAuthoritysDocumentAVoidVersionIsNoLink() {
        Document document = federation.voidVersion(1, 1, digest0);
        byte[] manifest =
                federation.voidManifest(1, digest0, federation.initial, TestFederation.documentDigest(document));
        assertThatThrownBy(() -> agent.chain.accept(manifest)).isInstanceOf(AwaitedException.class);
        // Nor does another document do, of which the aggregator knows the digest.
        Document other = new TestFederation(PARAMETERS).voidVersion(1, 1, digest0);
        refused(Reason.BAD_SIGNATURE, () -> agent.learn(other));
        assertThatThrownBy(() -> agent.chain.accept(
                        federation.voidManifest(1, digest0, federation.initial, TestFederation.documentDigest(other))))
                .isInstanceOf(AwaitedException.class);
        assertThat(agent.chain.head(MODEL).orElseThrow().version()).isZero();
        agent.learn(document);
        agent.chain.accept(manifest);
        assertThat(agent.chain.head(MODEL).orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void aVoidVersionRepeatsTheParametersAtItsOwnPlace() throws IOException {
        Document first = federation.voidVersion(1, 1, digest0);
        agent.learn(first);
        Digest document = TestFederation.documentDigest(first);
        refused(
                Reason.MODEL_NOT_VERIFIED,
                () -> agent.chain.accept(federation.voidManifest(1, digest0, moved(), document)));
        Digest digest1 = agent.take(1, digest0, moved());
        // The document for version 1 after version 0 is none for version 2, whatever the registry's key says.
        assertThatThrownBy(() -> agent.chain.accept(federation.voidManifest(2, digest1, moved(), document)))
                .isInstanceOf(AwaitedException.class);
        Document astray = federation.voidVersion(1, 2, digest0);
        agent.learn(astray);
        refused(
                Reason.MODEL_NOT_VERIFIED,
                () -> agent.chain.accept(
                        federation.voidManifest(2, digest1, moved(), TestFederation.documentDigest(astray))));
        assertThat(agent.chain.head(MODEL).orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void voidVersionsInARowAreAsManyAsPolicyAllows() throws IOException {
        Digest digest2 = takeVoid(2, takeVoid(1, digest0));
        refused(Reason.MODEL_NOT_VERIFIED, () -> takeVoid(3, digest2));
        Digest digest3 = agent.take(3, digest2, moved());
        Document next = federation.voidVersion(1, 4, digest3);
        agent.learn(next);
        agent.chain.accept(federation.voidManifest(4, digest3, moved(), TestFederation.documentDigest(next)));
        assertThat(agent.chain.head(MODEL).orElseThrow().version()).isEqualTo(4);
    }

    @Test
    void theFollowerWaitsForTheDocument() throws Exception {
        RegistryFollower registry = new RegistryFollower(
                new Topics(""),
                new OwnBundles("keys.silo-1"),
                federation.view(),
                agent.database.documents(),
                agent.health,
                agent.changes);
        ManifestChain chain =
                new ManifestChain(registry, agent.database.manifests(), agent.health, agent.party.evidence());
        ModelFollower follower = new ModelFollower(
                new Topics(""),
                registry,
                chain,
                agent.assembler,
                agent.countersignatures,
                agent.own,
                agent.health,
                agent.changes);
        Document document = federation.voidVersion(1, 1, digest0);
        byte[] manifest =
                federation.voidManifest(1, digest0, federation.initial, TestFederation.documentDigest(document));
        Thread following = new Thread(() -> follower.handle(record("model-manifests", "heart", manifest)));
        following.start();
        while (following.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertThat(chain.head(MODEL).orElseThrow().version()).isZero();
        registry.handle(record("registry", document.key(), document.record()));
        following.join();
        assertThat(chain.head(MODEL).orElseThrow().version()).isEqualTo(1);
        assertThat(agent.health.healthy()).isTrue();
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, String key, byte[] value) {
        return new ConsumerRecord<>(topic, 0, 1, key.getBytes(StandardCharsets.UTF_8), value);
    }

    private Digest takeVoid(long version, Digest previous) throws IOException {
        Document document = federation.voidVersion(1, version, previous);
        agent.learn(document);
        byte[] manifest =
                federation.voidManifest(version, previous, federation.initial, TestFederation.documentDigest(document));
        agent.chain.accept(manifest);
        agent.shards(version, federation.initial);
        return TestFederation.digest(manifest);
    }

    private static void refused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                .isEqualTo(reason));
    }

    private static float[] delta() {
        float[] delta = new float[PARAMETERS];
        delta[7] = 0.25f;
        return delta;
    }

    private static float[] moved() {
        float[] parameters = new float[PARAMETERS];
        parameters[1] = 0.1f;
        return parameters;
    }
}
