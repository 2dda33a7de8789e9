package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryDocuments.Document;

/** A manifest that the registry is behind of is passed over after a while, whether or not what it names ever comes. */
class AheadOfTheRegistryTest {
    private static final int PARAMETERS = 3 * 2048;
    private static final String MODEL = TestFederation.MODEL;
    private static final String MANIFESTS = "model-manifests";

    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(PARAMETERS);
    private TestAgent agent;
    private RegistryFollower registry;
    private ManifestChain chain;
    private ModelFollower follower;
    private Digest digest0;

    @BeforeEach
    void start() throws IOException {
        agent = TestAgent.create(federation, directory.resolve("party"), "silo-1");
        digest0 = agent.initial();
        registry = new RegistryFollower(
                new Topics(""),
                new OwnBundles("keys.silo-1"),
                federation.view(),
                agent.database.documents(),
                agent.health,
                agent.changes);
        chain = new ManifestChain(registry, agent.database.manifests(), agent.health, agent.party.evidence());
        follower = new ModelFollower(
                new Topics(""),
                registry,
                chain,
                agent.assembler,
                agent.countersignatures,
                agent.own,
                agent.health,
                agent.changes);
        // Nobody waits any more: what is awaited is passed over at once.
        agent.changes.close();
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    @Test
    void aPolicyThatNeverComesHoldsNoModelUp() {
        byte[] manifest = federation.manifest(1, digest0, moved(), 1);
        byte[] poison = naming(Long.MAX_VALUE, manifest);
        passedOver(poison);
        assertThat(healthy(ModelFollower.WAITING)).isFalse();
        follower.handle(record(manifest));
        for (int i = 0; i < federation.layout.shards(); i++) {
            follower.handle(new ConsumerRecord<>(
                    "models", 0, i, Topics.modelShardKey(MODEL, i), federation.modelShard(1, moved(), i)));
        }
        follower.caughtUp();
        assertThat(agent.database
                        .manifests()
                        .newestVerified(MODEL)
                        .orElseThrow()
                        .version())
                .isEqualTo(1);
        assertThat(chain.loaded()).isTrue();
        assertThat(follower.readAgain()).as("while the registry is the same").isEmpty();
    }

    @Test
    void whatWasPassedOverIsReadAgainOnceTheRegistryHasChanged() {
        Document policy = federation.policy(2, 0.5);
        federation.documents.add(policy);
        byte[] manifest1 = federation.manifest(1, digest0, moved(), 1);
        byte[] manifest2 = federation.manifest(2, TestFederation.digest(manifest1), moved(), 1);
        passedOver(manifest1);
        assertThatThrownBy(() -> follower.handle(record(manifest2))).hasMessageContaining("the manifest before it");
        follower.caughtUp();
        assertThat(healthy(ModelFollower.WAITING)).isFalse();
        assertThat(follower.readAgain()).isEmpty();
        registry.handle(new ConsumerRecord<>("registry", 0, 1, policy.keyBytes(), policy.record()));
        assertThat(follower.readAgain()).containsExactly(MANIFESTS);
        assertThat(follower.readAgain()).as("once").isEmpty();
        follower.handle(record(manifest1));
        follower.handle(record(manifest2));
        follower.caughtUp();
        assertThat(chain.head(MODEL).orElseThrow().version()).isEqualTo(2);
        assertThat(agent.health.healthy()).as("no alarm stays").isTrue();
    }

    private void passedOver(byte[] manifest) {
        assertThatThrownBy(() -> follower.handle(record(manifest)))
                .isInstanceOf(AwaitedException.class)
                .hasMessageContaining("the policy that it names");
    }

    private boolean healthy(String component) {
        return agent.health.components().stream()
                .filter(found -> found.name().equals(component))
                .allMatch(Health.Component::healthy);
    }

    /** The manifest under a policy of this sequence, signed by the aggregator. */
    private byte[] naming(long policy, byte[] manifest) {
        ModelManifest plain = SignedRecords.reread(ModelManifest.class, Purpose.MODEL_MANIFEST, manifest)
                .message();
        Context context = plain.context();
        ModelManifest named = new ModelManifest(
                new Context(
                        context.version(),
                        context.suite(),
                        context.federation(),
                        context.rosterEpoch(),
                        context.rosterDigest(),
                        policy,
                        context.model(),
                        context.sender(),
                        context.purpose()),
                plain.version(),
                plain.previousDigest(),
                plain.attempt(),
                plain.cohort(),
                plain.shardsRoot(),
                plain.shardCount(),
                plain.modelSpecDigest(),
                plain.sumOfWeights(),
                plain.metrics(),
                plain.optimizer(),
                plain.secretSumDigest(),
                plain.privacy(),
                plain.voidVersion());
        return SignedRecords.seal(named, new byte[0], federation.identities.get(TestFederation.AGGREGATOR));
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] manifest) {
        return new ConsumerRecord<>(MANIFESTS, 0, 1, MODEL.getBytes(StandardCharsets.UTF_8), manifest);
    }

    private static float[] moved() {
        float[] parameters = new float[PARAMETERS];
        parameters[1] = 0.1f;
        return parameters;
    }
}
