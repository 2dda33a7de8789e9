package org.silofold.job.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.job.publish.PublishHarness.SHARDS;
import static org.silofold.job.publish.PublishHarness.command;
import static org.silofold.job.publish.PublishHarness.context;
import static org.silofold.job.publish.PublishHarness.digest;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.job.event.OutRecord;
import org.silofold.job.event.PublishCommand;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.message.AuditEntry;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.CohortBroken;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;

class PublishFunctionTest {
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
    void publishesWhenTheLastShardIsDone() throws Exception {
        publish.done(4, 2, 0);
        publish.want(command(4, Optional.empty(), Optional.empty()));
        publish.done(4, 0, 0);
        assertThat(publish.manifests()).isEmpty();
        publish.done(4, 1, 0);
        assertThat(publish.manifests())
                .containsExactly(command(4, Optional.empty(), Optional.empty()).manifest(MerkleTree.root(SHARDS)));
    }

    @Test
    void goesOnFromASnapshot() throws Exception {
        publish.done(1, 0, 0);
        publish.done(1, 1, 0);
        publish.want(command(1, Optional.empty(), Optional.empty()));
        publish.restart();
        publish.done(1, 2, 0);
        assertThat(publish.manifests()).hasSize(1);
    }

    @Test
    void publishesVersionZeroOnlyWithTheRootOfTheSpecification() throws Exception {
        publish.want(command(0, Optional.of(digest("another root")), Optional.empty()));
        publish.allDone(0, 0);
        assertThat(publish.manifests()).isEmpty();
        assertThat(publish.audit())
                .extracting(entry -> entry.message().event())
                .containsExactly(PublishEvents.WRONG_ROOT);
    }

    @Test
    void theAuditChainHasNoGapAcrossARestart() throws Exception {
        publish.note("first");
        publish.note("second");
        Digest head = publish.audit().get(1).digest();
        assertThat(publish.audit().get(1).message().previousDigest())
                .isEqualTo(publish.audit().get(0).digest());
        assertThat(publish.audit().get(0).message().previousDigest()).isEqualTo(Digest.ZERO);
        publish.restart();
        publish.note("third");
        AuditEntry third = publish.audit().get(0).message();
        assertThat(third.sequence()).isEqualTo(2);
        assertThat(third.previousDigest()).isEqualTo(head);
        assertThat(third.event()).isEqualTo("third");
    }

    @Test
    void anAttemptOutOfBoundsIsSaidToBeBrokenAndNotPublished() throws Exception {
        publish.want(command(3, Optional.empty(), Optional.empty()));
        publish.done(3, 0, 0);
        publish.done(3, 1, 5);
        assertThat(publish.output())
                .filteredOn(out -> out.topic().equals("model-manifests"))
                .isEmpty();
        publish.restart();
        publish.done(3, 2, 0);
        List<OutRecord> log = publish.output().stream()
                .filter(out -> out.topic().equals("model-manifests"))
                .toList();
        assertThat(log).hasSize(1);
        assertThat(log.get(0).key()).hasValueSatisfying(key -> assertThat(key).isEqualTo(Topics.brokenKey("heart")));
        CohortBroken broken = SignedRecords.open(
                        CohortBroken.class,
                        Purpose.COHORT_BROKEN,
                        log.get(0).value(),
                        "aggregator",
                        publish.verifier(),
                        RecordLimits.DEFAULT)
                .message();
        assertThat(broken.buffer()).isEqualTo(new Buffer(3, 1));
        assertThat(broken.reason()).isEqualTo(Reason.SUM_OUT_OF_BOUNDS);
        PublishCommand first = command(3, Optional.empty(), Optional.empty());
        assertThat(broken.cohortDigest())
                .isEqualTo(Cohort.of(first.cohort()).digest(context(), first.buffer(), first.previousDigest()));
    }

    @Test
    void aVoidVersionNeedsNoShards() throws Exception {
        Digest root = digest("carried root");
        PublishCommand like = command(4, Optional.of(root), Optional.empty());
        PublishCommand command = new PublishCommand(
                like.context(),
                4,
                like.previousDigest(),
                0,
                List.of(),
                SHARDS.size(),
                like.modelSpecDigest(),
                0,
                List.of(),
                like.optimizer(),
                Digest.ZERO,
                Optional.empty(),
                Optional.of(digest("order")),
                Optional.of(root),
                Optional.empty(),
                Optional.empty());
        publish.want(command);
        assertThat(publish.manifests()).containsExactly(command.manifest(root));
    }

    @Test
    void saysWhichShardProvedABrokenContribution() throws Exception {
        publish.done(2, 1, 77);
        assertThat(publish.audit()).singleElement().satisfies(entry -> assertThat(
                        entry.message().details())
                .containsEntry("shard", "1")
                .containsEntry("sums", "77")
                .containsEntry("version", "2"));
    }
}
