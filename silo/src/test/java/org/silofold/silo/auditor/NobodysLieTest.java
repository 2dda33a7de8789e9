package org.silofold.silo.auditor;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.sign.VerifyingKey;

/** What an honest aggregator cannot help is no lie of its: such a version cannot be told, or is right. */
class NobodysLieTest extends VersionAudits {
    @Test
    void aRevocationThatWasReadLaterThanItHoldsIsNone() throws IOException {
        // Job and members had not read it when the version was made; the auditor has, now.
        view = federation.afterRevoking(FIRST);
        recompute(one);
    }

    @Test
    void whatIsThereAndDoesNotVerifyHereIsNotCalledMissing() {
        UpdateRef ref = one.cohort().get(0);
        Digest cohort = CohortAudit.digest(one);
        for (String name : List.of(
                MemoryLog.shardName(FIRST, ref.updateId(), 0),
                MemoryLog.manifestName(ref),
                MemoryLog.responseName(FIRST, cohort),
                MemoryLog.voteName(FIRST, cohort))) {
            federation.log.replace(name, VersionAudits::flipLast);
        }
        // Two members of three must have voted and answered: the third is the one that is not there at all.
        federation.log.remove(MemoryLog.voteName(SECOND, cohort));
        missing(MissingRecordException.Kind.CLOSED, "a certificate", () -> recompute(one));
        federation.committee.vote(SECOND, cohort, 1, Optional.empty());
        missing(MissingRecordException.Kind.CLOSED, "the manifest of update " + FIRST, () -> recompute(one));
        federation.log.replace(MemoryLog.manifestName(ref), VersionAudits::flipLast);
        federation.log.remove(MemoryLog.responseName(SECOND, cohort));
        missing(MissingRecordException.Kind.CLOSED, "answers", () -> recompute(one));
    }

    @Test
    void anEnrolmentThatIsNotHereYetIsWaitedFor() {
        Parties without = new Enrolled() {
            @Override
            public Optional<VerifyingKey> identityKey(String name) {
                return name.equals(FIRST) ? Optional.empty() : super.identityKey(name);
            }
        };
        missing(MissingRecordException.Kind.NOT_REGISTERED, "the enrolment of " + FIRST, () -> recompute(one, without));
    }

    @Test
    void aLaterShardThatDoesNotOpenIsItsSilosDoing() {
        UpdateRef ref = one.cohort().get(0);
        String shard = MemoryLog.shardName(FIRST, ref.updateId(), 0);
        // A lower partition is read first, whenever its record was written.
        federation.log.addFirst(shard, federation.altered.withBrokenSeal(FIRST, federation.log.get(shard)));
        missing(MissingRecordException.Kind.CLOSED, "conflict", () -> recompute(one));
    }

    @Test
    void aShardWithAWordThatIsNotBelowQIsItsSilosDoing() {
        UpdateRef ref = one.cohort().get(0);
        String shard = MemoryLog.shardName(FIRST, ref.updateId(), 0);
        federation.log.addFirst(shard, federation.altered.withWordOutOfRange(FIRST, federation.log.get(shard)));
        missing(MissingRecordException.Kind.CLOSED, "conflict", () -> recompute(one));
    }

    @Test
    void aShardThatDoesNotVerifyHereMayBeTheOneThatWasTaken() {
        UpdateRef ref = one.cohort().get(0);
        String shard = MemoryLog.shardName(FIRST, ref.updateId(), 0);
        byte[] taken = federation.log.get(shard);
        federation.log.replace(shard, VersionAudits::flipLast);
        federation.log.add(shard, federation.altered.withAnotherWord(FIRST, taken));
        missing(MissingRecordException.Kind.CLOSED, "conflict", () -> recompute(one));
    }

    @Test
    void aRefusalBesideAVoteThatDoesNotVerifyHereIsNotMissing() {
        Digest cohort = CohortAudit.digest(one);
        federation.log.remove(MemoryLog.voteName(SECOND, cohort));
        federation.log.replace(MemoryLog.voteName(FIRST, cohort), VersionAudits::flipLast);
        federation.committee.vote(FIRST, cohort, 1, Optional.of(Reason.VERSION_PUBLISHED));
        missing(MissingRecordException.Kind.CLOSED, "a certificate", () -> recompute(one));
    }

    @Test
    void votesForAnotherAttemptHideNoVote() {
        Digest cohort = CohortAudit.digest(one);
        federation.log.remove(MemoryLog.voteName(SECOND, cohort));
        federation.log.remove(MemoryLog.voteName(FIRST, cohort));
        // What is kept of a member that signed so many others first.
        for (int i = 0; i < PlaceTable.MOST - 1; i++) {
            federation.committee.vote(FIRST, cohort, 99, Optional.empty());
        }
        missing(MissingRecordException.Kind.NOT_SEEN, "a certificate", () -> recompute(one));
        federation.committee.vote(FIRST, cohort, 99, Optional.empty());
        missing(MissingRecordException.Kind.CLOSED, "a certificate", () -> recompute(one));
    }
}
