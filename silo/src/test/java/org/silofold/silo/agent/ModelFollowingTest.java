package org.silofold.silo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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
import org.silofold.silo.store.StoredManifest;

class ModelFollowingTest {
    private static final int PARAMETERS = 97 * 2048 - 5;
    private static final String MODEL = TestFederation.MODEL;

    @TempDir
    Path directory;

    private final TestFederation federation = new TestFederation(PARAMETERS);
    private TestAgent agent;

    @BeforeEach
    void start() throws IOException {
        agent = TestAgent.create(federation, directory.resolve("party"), "silo-1");
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    @Test
    void theNewestVerifiedVersionIsOnDiskAndSurvivesARestart() throws IOException {
        Digest digest0 = agent.initial();
        // The policy's learning rate is 0.5 and the clip 1, so half is as far as a parameter can go.
        Digest digest1 = agent.take(1, digest0, moved(0.5f));
        assertThat(agent.chain.manifestDigest(MODEL, 0)).contains(digest0);
        assertThat(agent.chain.head(MODEL).orElseThrow().version()).isEqualTo(1);
        agent.close();
        agent = TestAgent.open(federation, agent.party);
        StoredManifest newest = agent.database.manifests().newestVerified(MODEL).orElseThrow();
        assertThat(newest.digest()).isEqualTo(digest1);
        assertThat(stored(1)).isEqualTo(moved(0.5f));
        assertThat(agent.files.whole(MODEL, 0)).doesNotExist();
    }

    @Test
    void shardsMayComeBeforeTheirManifestAndTwice() throws IOException {
        Digest digest0 = agent.initial();
        agent.shards(1, moved(0.1f));
        agent.shards(1, moved(0.1f));
        assertThat(verified()).isZero();
        agent.chain.accept(federation.manifest(1, digest0, moved(0.1f), 1));
        agent.assembler.verify(MODEL);
        assertThat(verified()).isEqualTo(1);
    }

    @Test
    void aVersionThatMovedFurtherThanTheOptimiserCanIsNotTaken() throws IOException {
        Digest digest0 = agent.initial();
        refused(() -> agent.take(1, digest0, moved(0.5001f)));
        assertThat(verified()).isZero();
        assertThat(stored(0)).isEqualTo(federation.initial);
        assertThat(parts()).isEmpty();
    }

    @Test
    void aVersionWithANotFiniteParameterIsNotTaken() throws IOException {
        Digest digest0 = agent.initial();
        refused(() -> agent.take(1, digest0, moved(Float.NaN)));
        assertThat(verified()).isZero();
    }

    @Test
    void overAGapTheBoundIsThatOfAllStepsTogether() throws IOException {
        Digest digest0 = agent.initial();
        byte[] manifest1 = federation.manifest(1, digest0, moved(0.4f), 1);
        agent.chain.accept(manifest1);
        Digest digest2 = agent.take(2, TestFederation.digest(manifest1), moved(0.9f));
        assertThat(verified()).isEqualTo(2);
        refused(() -> agent.take(3, digest2, moved(1.5f)));
        assertThat(verified()).isEqualTo(2);
    }

    @Test
    void aGapOfManyVersionsGivesNoLongerLeashThanTheMostSteps() throws IOException {
        long last = ModelAssembler.MOST_STEPS + 6;
        Digest previous = agent.initial();
        for (long version = 1; version < last; version++) {
            byte[] manifest = federation.manifest(version, previous, moved(0), 1);
            agent.chain.accept(manifest);
            previous = TestFederation.digest(manifest);
        }
        // Half a step each: the policy's learning rate is 0.5 and the clip 1.
        float furthest = 0.5f * ModelAssembler.MOST_STEPS;
        agent.chain.accept(federation.manifest(last, previous, moved(furthest + 0.25f), 1));
        refused(() -> agent.shards(last, moved(furthest + 0.25f)));
        assertThat(verified()).isZero();
        agent.close();
        agent = TestAgent.create(federation, directory.resolve("other"), "silo-2");
        previous = agent.initial();
        for (long version = 1; version < last; version++) {
            byte[] manifest = federation.manifest(version, previous, moved(0), 1);
            agent.chain.accept(manifest);
            previous = TestFederation.digest(manifest);
        }
        agent.take(last, previous, moved(furthest));
        assertThat(verified()).isEqualTo(last);
    }

    @Test
    void shardsThatAreNotTheManifestsAreNotTaken() throws IOException {
        Digest digest0 = agent.initial();
        agent.chain.accept(federation.manifest(1, digest0, moved(0.2f), 1));
        refused(() -> agent.shards(1, moved(0.3f)));
        assertThat(verified()).isZero();
        // The right ones still are.
        agent.shards(1, moved(0.2f));
        assertThat(verified()).isEqualTo(1);
    }

    @Test
    void aChainThatBreaksIsRefused() throws IOException {
        Digest digest0 = agent.initial();
        refused(() -> agent.chain.accept(federation.manifest(1, Digest.ZERO, moved(0.1f), 1)));
        refused(() -> agent.chain.accept(federation.manifest(2, digest0, moved(0.1f), 1)));
        assertThat(agent.chain.head(MODEL).orElseThrow().version()).isZero();
    }

    @Test
    void versionZeroMustBeTheAuthoritysInitialModel() {
        refused(() -> agent.chain.accept(federation.manifest(0, federation.specDigest(), moved(0.1f), 1)));
        refused(() -> agent.chain.accept(federation.manifest(0, Digest.ZERO, federation.initial, 1)));
        assertThat(agent.chain.head(MODEL)).isEmpty();
    }

    /** A job that is restored from a checkpoint which is not its newest may write a manifest once more, under another signature. */
    @Test
    void aManifestWrittenTwiceIsNoNews() throws IOException {
        Digest digest0 = agent.initial();
        byte[] first = federation.manifest(1, digest0, moved(0.1f), 1);
        byte[] again = federation.manifest(1, digest0, moved(0.1f), 1);
        assertThat(again).isNotEqualTo(first);
        assertThat(agent.chain.accept(first)).contains(MODEL);
        assertThat(agent.chain.accept(again)).isEmpty();
        agent.shards(1, moved(0.1f));
        agent.take(2, TestFederation.digest(first), moved(0.2f));
        assertThat(agent.chain.accept(again)).as("later, too").isEmpty();
        assertThat(agent.chain.head(MODEL).orElseThrow().version()).isEqualTo(2);
        assertThat(agent.health.healthy()).isTrue();
        assertThat(agent.party.evidence()).doesNotExist();
    }

    @Test
    void aSecondManifestForAVersionIsKeptAsEvidenceAndRaised() throws IOException {
        Digest digest0 = agent.initial();
        byte[] first = federation.manifest(1, digest0, moved(0.1f), 1);
        byte[] second = federation.manifest(1, digest0, moved(0.2f), 1);
        agent.chain.accept(first);
        // Equal signed bytes are one manifest, however often they come.
        assertThat(agent.chain.accept(federation.manifest(1, digest0, moved(0.1f), 1)))
                .isEmpty();
        assertThat(agent.health.healthy()).isTrue();
        refused(() -> agent.chain.accept(second));
        assertThat(agent.health.healthy()).isFalse();
        assertThat(agent.chain.manifestDigest(MODEL, 1)).contains(TestFederation.digest(first));
        for (byte[] record : new byte[][] {first, second}) {
            Path file = agent.party
                    .evidence()
                    .resolve(MODEL + "-1-" + TestFederation.digest(record).hex() + ".rec");
            assertThat(Files.readAllBytes(file)).isEqualTo(record);
        }
    }

    @Test
    void aModelSignedByAnotherIsRefused() throws IOException {
        agent.initial();
        TestFederation other = new TestFederation(PARAMETERS);
        assertThatThrownBy(() -> agent.assembler.accept(other.modelShard(1, moved(0.1f), 0)))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_SIGNATURE));
        byte[] tampered = federation.modelShard(1, moved(0.1f), 0);
        tampered[tampered.length - 1] ^= 1;
        assertThatThrownBy(() -> agent.assembler.accept(tampered))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PAYLOAD_DIGEST_MISMATCH));
    }

    @Test
    void aDamagedFileIsFoundAtTheStartAndFetchedAgain() throws IOException {
        agent.initial();
        byte[] bytes = Files.readAllBytes(agent.files.whole(MODEL, 0));
        bytes[100] ^= 1;
        Files.write(agent.files.whole(MODEL, 0), bytes);
        agent.assembler.dropDamaged();
        assertThat(agent.files.whole(MODEL, 0)).doesNotExist();
        agent.shards(0, federation.initial);
        assertThat(stored(0)).isEqualTo(federation.initial);
        agent.assembler.dropDamaged();
        assertThat(agent.files.whole(MODEL, 0)).exists();
    }

    @Test
    void whatTheAggregatorNotesForItselfIsPassedOver() throws IOException {
        Digest digest0 = agent.initial();
        ModelFollower follower = new ModelFollower(
                new Topics(""),
                new FixedRegistry(federation.view()),
                agent.chain,
                agent.assembler,
                agent.countersignatures,
                agent.own,
                agent.health,
                agent.changes);
        byte[] note = {1, 2, 3};
        byte[] next = federation.manifest(1, digest0, moved(0.1f), 1);
        follower.handle(new ConsumerRecord<>("model-manifests", 0, 1, Topics.fenceKey(MODEL), note));
        follower.handle(new ConsumerRecord<>("model-manifests", 0, 2, Topics.brokenKey(MODEL), note));
        follower.handle(new ConsumerRecord<>("model-manifests", 0, 3, Topics.modelKey(MODEL), next));
        assertThat(agent.health.healthy()).isTrue();
        assertThat(agent.chain.head(MODEL).orElseThrow().version()).isEqualTo(1);
        assertThatThrownBy(() ->
                        follower.handle(new ConsumerRecord<>("model-manifests", 0, 4, Topics.modelKey(MODEL), note)))
                .isInstanceOf(RejectedException.class);
    }

    private void refused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                .isEqualTo(Reason.MODEL_NOT_VERIFIED));
    }

    private long verified() {
        return agent.database.manifests().newestVerified(MODEL).orElseThrow().version();
    }

    private Stream<Path> parts() throws IOException {
        try (Stream<Path> files = Files.list(agent.party.models().resolve(MODEL))) {
            return files.filter(file -> file.toString().endsWith(".part")).toList().stream();
        }
    }

    private float[] stored(long version) throws IOException {
        float[] values = new float[PARAMETERS];
        ByteBuffer.wrap(Files.readAllBytes(agent.files.whole(MODEL, version)))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    private static float[] moved(float by) {
        float[] parameters = new float[PARAMETERS];
        parameters[PARAMETERS - 1] = by;
        return parameters;
    }
}
