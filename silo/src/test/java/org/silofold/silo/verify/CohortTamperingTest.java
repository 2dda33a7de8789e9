package org.silofold.silo.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.silo.verify.Finding.Kind.COHORTS_OVERLAP;
import static org.silofold.silo.verify.Finding.Kind.NO_CERTIFICATE;
import static org.silofold.silo.verify.Finding.Kind.NO_REQUEST;
import static org.silofold.silo.verify.Finding.Kind.NO_SECRET_SUM;
import static org.silofold.silo.verify.Finding.Kind.RECORDS_GONE;
import static org.silofold.silo.verify.Finding.Kind.TWICE;
import static org.silofold.silo.verify.Finding.Kind.TWO_REQUESTS;
import static org.silofold.silo.verify.Finding.Kind.WRONG_COHORT;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.cohort.Cohort;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskRequest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.silo.agent.AuditedFederation;
import org.silofold.silo.auditor.CohortAudit;
import org.silofold.silo.auditor.Manifests;
import org.silofold.silo.auditor.MemoryLog;

/** Each single tampering with requests, votes, answers, or the updates of a cohort gives its own finding. */
class CohortTamperingTest extends TamperedLog {
    private void removeOf(int count, String kind, ModelManifest version) {
        Digest cohort = CohortAudit.digest(version);
        for (String member : AuditedFederation.SILOS.subList(0, count)) {
            byte[] record = federation.log.get(
                    kind.equals("vote") ? MemoryLog.voteName(member, cohort) : MemoryLog.responseName(member, cohort));
            log.remove(1, said -> Arrays.equals(said.value(), record));
        }
    }

    @Test
    void oneVoteLessIsEnoughAndTwoAreNot() throws IOException {
        removeOf(1, "vote", versions.get(2));
        assertThat(settled().exitCode()).isEqualTo(Report.RIGHT);
        log = honest.copy();
        removeOf(2, "vote", versions.get(2));
        finds(settled(), NO_CERTIFICATE);
    }

    @Test
    void votesBeyondRetentionAccuseNobody() throws IOException {
        removeOf(2, "vote", versions.get(2));
        TreeSet<String> gone = new TreeSet<>(List.of(TOPICS.votes(FIRST), TOPICS.votes(SECOND)));
        Report report =
                log.check(directory, HistoryCheck.Mode.SETTLED, new Gaps(gone, new TreeSet<>()), Optional.empty());
        assertThat(report.exitCode()).isEqualTo(Report.NOT_CHECKED);
        assertThat(report.findings()).extracting(Finding::kind).containsOnly(RECORDS_GONE);
    }

    @Test
    void tooFewAnswersGiveNoSecretSum() throws IOException {
        removeOf(2, "response", versions.get(2));
        finds(settled(), NO_SECRET_SUM);
    }

    @Test
    void anUpdateOfACohortMustBeInTheLogWithItsShards() throws IOException {
        UpdateRef ref = versions.get(1).cohort().get(0);
        byte[] manifest = federation.log.get(MemoryLog.manifestName(ref));
        log.remove(1, said -> Arrays.equals(said.value(), manifest));
        finds(settled(), WRONG_COHORT);
        log = honest.copy();
        byte[] shard = federation.log.get(MemoryLog.shardName(ref.silo(), ref.updateId(), 0));
        log.remove(1, said -> Arrays.equals(said.value(), shard));
        finds(settled(), WRONG_COHORT);
    }

    @Test
    void aCohortThatWasNeverRequestedIsFound() throws IOException {
        Digest cohort = CohortAudit.digest(versions.get(2));
        log.remove(
                1,
                said -> said.topic().equals(TOPICS.unmaskRequests())
                        && cohort(said.value()).equals(cohort));
        finds(settled(), NO_REQUEST);
    }

    private static Digest cohort(byte[] request) {
        UnmaskRequest message = SignedRecords.reread(UnmaskRequest.class, Purpose.UNMASK_REQUEST, request)
                .message();
        return Cohort.of(message.cohort())
                .digest(message.context(), message.buffer(), message.previousManifestDigest());
    }

    @Test
    void aSecondCohortForOneAttemptIsFound() throws IOException {
        ModelManifest two = versions.get(2);
        byte[] other = request(Manifests.withCohort(two, two.cohort().subList(0, 2)));
        long now = log.records().get(0).timestampMillis();
        log.add(TOPICS.unmaskRequests(), Topics.modelKey(AuditedFederation.MODEL), other, now);
        finds(settled(), TWO_REQUESTS);
    }

    @Test
    void anUpdateInTwoVersionsIsFoundAndSoAreTheirCohorts() throws IOException {
        log = spentTwice.copy();
        Report report = settled();
        finds(report, TWICE, COHORTS_OVERLAP);
        assertThat(report.models().get(0).updates().twice()).isEqualTo(1);
    }
}
