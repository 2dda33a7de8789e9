package org.silofold.silo.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.silo.verify.Finding.Kind.BROKEN_CHAIN;
import static org.silofold.silo.verify.Finding.Kind.LOST;
import static org.silofold.silo.verify.Finding.Kind.TWO_MANIFESTS;
import static org.silofold.silo.verify.Finding.Kind.WRONG_SHARDS;
import static org.silofold.silo.verify.Finding.Kind.WRONG_STEP;
import static org.silofold.silo.verify.Finding.Kind.WRONG_TERMS;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.silo.agent.AuditedFederation;
import org.silofold.silo.auditor.Manifests;

/** Each single tampering with a version, its manifest or its shards, gives its own finding, and says where. */
class VersionTamperingTest extends TamperedLog {
    @Test
    void aManifestThatIsMissingBreaksTheChainAndLosesItsUpdates() throws IOException {
        log.remove(1, manifest(2)::equals);
        finds(settled(), BROKEN_CHAIN, LOST);
    }

    @Test
    void aManifestAgainIsCountedAndAnotherNamesBothPlaces() throws IOException {
        byte[] key = Topics.modelKey(AuditedFederation.MODEL);
        History.Said two = manifest(2);
        // Signatures are randomised: the digest is of the signed bytes.
        log.add(TOPICS.modelManifests(), key, sign(versions.get(2)), two.timestampMillis());
        Report again = settled();
        assertThat(again.findings()).isEmpty();
        assertThat(again.models().get(0).repeats()).isEqualTo(1);
        byte[] other = sign(Manifests.withRoot(versions.get(2), Digest.sha256(new byte[] {7})));
        log.add(TOPICS.modelManifests(), key, other, two.timestampMillis());
        Report report = settled();
        finds(report, TWO_MANIFESTS);
        assertThat(report.findings().get(0).line())
                .contains(log.at(two).toString(), log.at(said(other)).toString());
    }

    @Test
    void aManifestUnderAnotherPolicyThanItNamesIsFound() throws IOException {
        ModelManifest three = versions.get(3);
        log.replace(manifest(3), sign(Manifests.withOptimizer(three, "fedyogi")));
        finds(settled(), WRONG_TERMS);
    }

    @Test
    void anotherStepIsFoundWithAKeyAlone() throws IOException {
        float[] crafted = new float[PARAMETERS];
        crafted[7] = 1;
        log.replace(manifest(3), sign(Manifests.withRoot(versions.get(3), federation.root(crafted))));
        log.replace(said(federation.modelShards.get(3)), federation.modelShard(3, crafted, 0));
        assertThat(settled().findings()).isEmpty();
        Report report = log.check(
                directory,
                HistoryCheck.Mode.SETTLED,
                Gaps.NONE,
                Optional.of(federation.party(directory.resolve("crafted"), AuditedFederation.AUDITOR)));
        finds(report, WRONG_STEP);
        assertThat(report.findings().get(0).what()).contains("version 3", "its root is");
        assertThat(report.models().get(0).recomputed()).isEqualTo(3);
    }

    @Test
    void anotherShardOfAVersionIsFound() throws IOException {
        float[] other = new float[PARAMETERS];
        other[0] = 3;
        History.Said second = said(federation.modelShards.get(2));
        log.replace(second, federation.modelShard(2, other, 0));
        finds(settled(), WRONG_SHARDS);
        log = honest.copy();
        log.add(TOPICS.models(), null, federation.modelShard(2, other, 0), second.timestampMillis());
        finds(settled(), WRONG_SHARDS);
    }

    @Test
    void aShardThatALaterVersionReplacedIsNotCheckedAndOneThatNothingReplacedIsMissing() throws IOException {
        log.remove(1, said -> isShard(said, 1));
        Report report = settled();
        assertThat(report.exitCode()).isEqualTo(Report.NOT_CHECKED);
        assertThat(report.findings()).singleElement().matches(finding -> finding.what()
                .contains("from 1 to 1"));
        log = honest.copy();
        log.remove(1, said -> isShard(said, 3));
        finds(settled(), WRONG_SHARDS);
        assertThat(log.check(directory, HistoryCheck.Mode.RUNNING).findings()).isEmpty();
    }

    private static boolean isShard(History.Said said, long version) {
        return said.topic().equals(TOPICS.models())
                && SignedRecords.reread(ModelShard.class, Purpose.MODEL_SHARD, said.value())
                                .message()
                                .version()
                        == version;
    }
}
