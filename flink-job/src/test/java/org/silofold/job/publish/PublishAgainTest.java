package org.silofold.job.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.job.publish.PublishHarness.CONFIRMATION;
import static org.silofold.job.publish.PublishHarness.SHARDS;
import static org.silofold.job.publish.PublishHarness.command;
import static org.silofold.job.publish.PublishHarness.digest;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.sign.SignedBytes;
import org.silofold.schemas.codec.HeaderCodec;

/** What the log has already, and what it lacks though it was said. */
class PublishAgainTest {
    @TempDir
    private Path dir;

    private PublishHarness publish;

    @BeforeEach
    void start() throws Exception {
        publish = new PublishHarness(dir);
    }

    @AfterEach
    void stop() throws Exception {
        publish.close();
    }

    @Test
    void aVersionOfTheLogIsConfirmedWhenItCameOutTheSameAndNeverWrittenAgain() throws Exception {
        Digest root = MerkleTree.root(SHARDS);
        Digest published = SignedBytes.digest(
                Purpose.MODEL_MANIFEST,
                HeaderCodec.encode(
                        command(5, Optional.empty(), Optional.empty()).manifest(root)));
        publish.want(command(5, Optional.of(root), Optional.of(published)));
        publish.done(5, 0, 0);
        publish.done(5, 1, 0);
        assertThat(publish.confirmations()).isEmpty();
        publish.done(5, 2, 0);
        assertThat(publish.confirmations()).containsExactly(CONFIRMATION);
        assertThat(publish.manifests()).isEmpty();
        assertThat(publish.audit())
                .extracting(entry -> entry.message().event())
                .containsExactly(PublishEvents.RECOMPUTED);
        assertThat(publish.halted()).isEmpty();
    }

    /** Whether its root is another or only its manifest, and also after a restart. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aVersionThatCameOutOtherThanTheLogHasItHaltsItsModel(boolean sameRoot) throws Exception {
        Digest root = sameRoot ? MerkleTree.root(SHARDS) : digest("another root");
        publish.want(command(6, Optional.of(root), Optional.of(digest("something else"))));
        publish.allDone(6, 0);
        assertThat(publish.confirmations()).isEmpty();
        assertThat(publish.audit()).extracting(entry -> entry.message().event()).containsExactly(PublishEvents.DIFFERS);
        assertThat(publish.halted()).containsExactly(1L);
        publish.restart();
        publish.want(command(7, Optional.empty(), Optional.empty()));
        publish.allDone(7, 0);
        assertThat(publish.manifests()).isEmpty();
        assertThat(publish.halted()).as("the gauge of the new start").containsExactly(1L, 1L);
    }

    @Test
    void whatTheLogLacksIsWrittenAgainTheSame() throws Exception {
        publish.want(command(3, Optional.empty(), Optional.empty()));
        publish.again(3);
        assertThat(publish.manifests()).as("not before it is done").isEmpty();
        publish.allDone(3, 0);
        ModelManifest first = publish.manifests().get(0);
        publish.restart();
        publish.again(3);
        publish.again(3);
        assertThat(publish.manifests()).containsExactly(first, first);
        publish.want(command(4, Optional.empty(), Optional.empty()));
        publish.allDone(4, 0);
        publish.again(3);
        assertThat(publish.manifests())
                .as("what came before the newest is forgotten")
                .hasSize(3);
    }

    @Test
    void aNoteOnABrokenCohortIsWrittenAgainAndTheModelOfAHaltedOneIsNot() throws Exception {
        publish.want(command(3, Optional.empty(), Optional.empty()));
        publish.allDone(3, 1);
        publish.restart();
        publish.again(3);
        assertThat(publish.output().stream()
                        .filter(out -> out.topic().equals("model-manifests"))
                        .map(out -> new String(out.key().orElseThrow(), StandardCharsets.UTF_8)))
                .containsExactly("broken/heart");
        publish.want(command(4, Optional.of(digest("root")), Optional.of(digest("another manifest"))));
        publish.allDone(4, 0);
        publish.restart();
        publish.again(4);
        assertThat(publish.confirmations()).isEmpty();
        assertThat(publish.manifests()).isEmpty();
    }

    @Test
    void aConfirmationIsWrittenAgainUnderItsId() throws Exception {
        Digest root = MerkleTree.root(SHARDS);
        Digest manifest = SignedBytes.digest(
                Purpose.MODEL_MANIFEST,
                HeaderCodec.encode(
                        command(3, Optional.empty(), Optional.empty()).manifest(root)));
        publish.want(command(3, Optional.of(root), Optional.of(manifest)));
        publish.allDone(3, 0);
        publish.restart();
        publish.again(3);
        assertThat(publish.confirmations()).containsExactly(CONFIRMATION);
    }
}
