package org.silofold.silo.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.silo.verify.Finding.Kind.BASE_TWICE;
import static org.silofold.silo.verify.Finding.Kind.ENDED_IN_VERSION;
import static org.silofold.silo.verify.Finding.Kind.LOST;
import static org.silofold.silo.verify.Finding.Kind.STILL_OPEN;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Fence;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Rejection;
import org.silofold.protocol.message.StartId;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;
import org.silofold.schemas.rules.RefusedCount;
import org.silofold.silo.agent.AuditedFederation;

/** Each single tampering with what is said of updates gives its own finding. */
class UpdateTamperingTest extends TamperedLog {
    private static boolean isFate(History.Said said, UpdateRef ref) {
        return said.topic().equals(TOPICS.fates())
                && SignedRecords.reread(UpdateFate.class, Purpose.UPDATE_FATE, said.value())
                        .message()
                        .updateId()
                        .equals(ref.updateId());
    }

    @Test
    void anUpdateWithoutAFateIsOpenAndWrongOnlyOnceTheLogIsSettled() throws IOException {
        log.remove(1, said -> isFate(said, ended));
        finds(settled(), STILL_OPEN);
        Report running = log.check(directory, HistoryCheck.Mode.RUNNING);
        assertThat(running.exitCode()).isEqualTo(Report.RIGHT);
        assertThat(running.models().get(0).updates().open()).containsOnlyKeys("offered");
        fate(log, ended, UpdateFate.Kind.ACCEPTED, Optional.empty(), -1);
        assertThat(log.check(directory, HistoryCheck.Mode.RUNNING)
                        .models()
                        .get(0)
                        .updates()
                        .open())
                .containsOnlyKeys(UpdateFate.Kind.ACCEPTED.code());
    }

    @Test
    void aFateThatNamesAVersionWithoutTheUpdateLosesIt() throws IOException {
        log.remove(1, said -> isFate(said, ended));
        fate(log, ended, UpdateFate.Kind.IN_VERSION, Optional.empty(), 3);
        Report report = settled();
        finds(report, LOST);
        assertThat(report.models().get(0).updates().lost()).isEqualTo(1);
    }

    @Test
    void anUpdateThatEndedAndIsInAVersionIsFound() throws IOException {
        UpdateRef ref = versions.get(1).cohort().get(1);
        log.remove(2, said -> isFate(said, ref));
        fate(log, ref, UpdateFate.Kind.SPENT, Optional.of(Reason.NOT_ANSWERED), -1);
        finds(settled(), ENDED_IN_VERSION);
    }

    @Test
    void twoUpdatesFromOneBaseAreFound() throws IOException {
        LogFacts facts = log.facts(directory, Gaps.NONE);
        List<LogFacts.Update> moved = facts.updates().stream()
                .map(update -> update.baseVersion() == 2
                        ? new LogFacts.Update(
                                update.at(),
                                update.model(),
                                update.ref(),
                                1,
                                update.expiryMillis(),
                                update.complete(),
                                update.rejected(),
                                update.mayBeRejected())
                        : update)
                .toList();
        LogFacts changed = new LogFacts(
                facts.manifests(),
                facts.requests(),
                facts.shards(),
                moved,
                facts.fates(),
                facts.fences(),
                facts.rejections(),
                facts.unverified(),
                facts.findings(),
                facts.gaps());
        VersionChains chains = new VersionChains(facts.manifests());
        RegistryHistory registry = new RegistryHistory("demo", federation.authorityKey());
        assertThat(UpdateCheck.check(
                                changed, TOPICS, registry, AuditedFederation.MODEL, chains, HistoryCheck.Mode.SETTLED)
                        .findings())
                .extracting(Finding::kind)
                .containsExactly(BASE_TWICE, BASE_TWICE);
    }

    /** Such a job may bring it into a version all the same, as protocol 6.1.1 says. */
    @Test
    void whatWasRefusedBeforeAStartOfTheJobIsOnlyCounted() throws IOException {
        UpdateRef ref = versions.get(3).cohort().get(1);
        log.remove(2, said -> isFate(said, ref));
        byte[] refused = federation.fate(ref, UpdateFate.Kind.REFUSED, Optional.of(Reason.SUPERSEDED), -1);
        long published = manifest(3).timestampMillis();
        log.add(TOPICS.fates(), null, refused, published - 2);
        finds(settled(), ENDED_IN_VERSION);
        byte[] signed = fence();
        History before = log.copy();
        log.add(TOPICS.modelManifests(), Topics.fenceKey(AuditedFederation.MODEL), signed, published - 3);
        finds(settled(), ENDED_IN_VERSION);
        log = before;
        log.add(TOPICS.modelManifests(), Topics.fenceKey(AuditedFederation.MODEL), signed, published - 1);
        Report report = settled();
        assertThat(report.findings()).isEmpty();
        assertThat(report.models().get(0).contradicted()).isEqualTo(1);
    }

    /** Started from older state, it may count answers that came too late before; nothing else that spends is taken back. */
    @Test
    void whatWasNotAnsweredBeforeAStartOfTheJobIsOnlyCounted() throws IOException {
        UpdateRef ref = versions.get(3).cohort().get(1);
        log.remove(2, said -> isFate(said, ref));
        long published = manifest(3).timestampMillis();
        History before = log.copy();
        for (Reason reason : List.of(Reason.NOT_ANSWERED, Reason.COHORT_BROKEN, Reason.EPOCH_ENDED)) {
            log = before.copy();
            byte[] spent = federation.fate(ref, UpdateFate.Kind.SPENT, Optional.of(reason), -1);
            log.add(TOPICS.fates(), null, spent, published - 2);
            finds(settled(), ENDED_IN_VERSION);
            log.add(TOPICS.modelManifests(), Topics.fenceKey(AuditedFederation.MODEL), fence(), published - 1);
            Report report = settled();
            if (reason == Reason.NOT_ANSWERED) {
                assertThat(report.findings()).isEmpty();
                assertThat(report.models().get(0).contradicted()).isEqualTo(1);
            } else {
                finds(report, ENDED_IN_VERSION);
            }
        }
    }

    @Test
    void anUpdateOfWhichNothingIsSaidLongAfterItsExpiryIsLostInEveryMode() throws IOException {
        log.remove(1, said -> isFate(said, ended));
        long over = expiry(ended) + UpdateCheck.GRACE_MILLIS;
        History before = log.copy();
        hear(over - 1);
        assertThat(log.check(directory, HistoryCheck.Mode.RUNNING).findings()).isEmpty();
        finds(settled(), STILL_OPEN);
        hear(over);
        for (HistoryCheck.Mode mode : HistoryCheck.Mode.values()) {
            Report report = log.check(directory, mode);
            finds(report, LOST);
            assertThat(report.findings()).hasSize(1);
            assertThat(report.models().get(0).updates().lost()).isEqualTo(1);
            assertThat(report.models().get(0).updates().open()).isEmpty();
        }
        Gaps gaps = new Gaps(new TreeSet<>(List.of(TOPICS.fates())), new TreeSet<>());
        Report unheard = log.check(directory, HistoryCheck.Mode.SETTLED, gaps, Optional.empty());
        assertThat(unheard.exitCode()).isEqualTo(Report.NOT_CHECKED);
        assertThat(unheard.models().get(0).updates().lost()).isZero();
        // A job that has only just started may not have read it yet.
        log = before;
        log.add(TOPICS.modelManifests(), Topics.fenceKey(AuditedFederation.MODEL), fence(), over);
        hear(over + UpdateCheck.GRACE_MILLIS - 1);
        assertThat(log.check(directory, HistoryCheck.Mode.RUNNING).findings()).isEmpty();
        hear(over + UpdateCheck.GRACE_MILLIS);
        finds(log.check(directory, HistoryCheck.Mode.RUNNING), LOST);
        fate(log, ended, UpdateFate.Kind.ACCEPTED, Optional.empty(), -1);
        assertThat(log.check(directory, HistoryCheck.Mode.RUNNING).findings()).isEmpty();
    }

    @Test
    void anUpdateMayBeAmongTheRejectedThatWereOnlyCounted() throws IOException {
        log.remove(1, said -> isFate(said, ended));
        History open = log.copy();
        reject(new Origin(TOPICS.updates(FIRST), 0, 999), RefusedCount.detail(7, ""));
        assertThat(settled().exitCode()).isEqualTo(Report.NOT_CHECKED);
        // Of one that was accepted it is known that it was not.
        fate(log, ended, UpdateFate.Kind.ACCEPTED, Optional.empty(), -1);
        finds(settled(), STILL_OPEN);
        log = open;
        hear(expiry(ended) + UpdateCheck.GRACE_MILLIS);
        History before = log.copy();
        reject(new Origin(TOPICS.updates("another"), 0, 1), RefusedCount.detail(7, ""));
        finds(log.check(directory, HistoryCheck.Mode.RUNNING), LOST);
        log = before;
        reject(new Origin(TOPICS.updates(FIRST), 0, 999), RefusedCount.detail(7, ""));
        Report report = log.check(directory, HistoryCheck.Mode.RUNNING);
        assertThat(report.exitCode()).isEqualTo(Report.NOT_CHECKED);
        assertThat(report.models().get(0).updates().lost()).isZero();
        assertThat(report.rejections()).containsEntry("wrong-epoch", 7L);
    }

    @Test
    void anUpdateIsRejectedWhereEveryCopyOfARecordOfItIs() throws IOException {
        log.remove(1, said -> isFate(said, ended));
        for (String topic : List.of(TOPICS.manifests(FIRST), TOPICS.updates(FIRST))) {
            History before = log.copy();
            History.Said record = log.records().stream()
                    .filter(said -> said.topic().equals(topic))
                    .filter(said -> updateOf(said).equals(ended.updateId()))
                    .findFirst()
                    .orElseThrow();
            reject(log.at(record));
            Report report = settled();
            assertThat(report.findings()).isEmpty();
            assertThat(report.models().get(0).updates().ended()).containsOnlyKeys("rejected/wrong-epoch");
            long offset = log.records().stream()
                    .filter(said -> said.topic().equals(topic))
                    .count();
            log.add(topic, record.key(), record.value(), record.timestampMillis());
            finds(settled(), STILL_OPEN);
            reject(new Origin(topic, 0, offset));
            assertThat(settled().findings()).isEmpty();
            log = before;
        }
    }

    private static UpdateId updateOf(History.Said said) {
        return said.topic().equals(TOPICS.manifests(FIRST))
                ? SignedRecords.reread(UpdateManifest.class, Purpose.UPDATE_MANIFEST, said.value())
                        .message()
                        .core()
                        .updateId()
                : SignedRecords.reread(UpdateShard.class, Purpose.UPDATE_SHARD, said.value())
                        .message()
                        .core()
                        .updateId();
    }

    private void reject(Origin at) {
        reject(at, "");
    }

    private void reject(Origin at, String detail) {
        Rejection rejection = new Rejection(
                versions.get(0).context().withPurpose(Purpose.REJECTION),
                Reason.WRONG_EPOCH,
                at.topic(),
                at.partition(),
                at.offset(),
                Digest.ZERO,
                detail);
        log.add(
                TOPICS.rejections(),
                null,
                federation.sign(rejection, AuditedFederation.AGGREGATOR),
                System.currentTimeMillis());
    }

    /** The aggregator says then what it said before. */
    private void hear(long millis) {
        UpdateRef ref = versions.get(1).cohort().get(0);
        log.add(TOPICS.fates(), null, federation.fate(ref, UpdateFate.Kind.IN_VERSION, Optional.empty(), 1), millis);
    }

    private long expiry(UpdateRef ref) throws IOException {
        return log.facts(directory, Gaps.NONE).updates().stream()
                .filter(update -> update.ref().equals(ref))
                .findFirst()
                .orElseThrow()
                .expiryMillis();
    }

    private byte[] fence() {
        return federation.sign(
                new Fence(versions.get(0).context().withPurpose(Purpose.FENCE), StartId.of(new byte[StartId.LENGTH])),
                AuditedFederation.AGGREGATOR);
    }
}
