package org.silofold.job.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.silofold.job.coordinate.Federation.Knobs;
import org.silofold.job.event.CoordinatorEvent.ReceiptSeen;
import org.silofold.job.event.CoordinatorEvent.UpdateRefused;
import org.silofold.job.event.CoordinatorEvent.VoteSeen;
import org.silofold.job.event.RosterId;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

class EarlyAnswersTest {
    private static final RosterId ROSTER = new RosterId(1, digest(0));
    private static final Buffer FAR = new Buffer(Long.MAX_VALUE, 1);

    private final EarlyAnswers early = new EarlyAnswers();

    private static Digest digest(int number) {
        return Digest.sha256(ByteBuffer.allocate(4).putInt(number).array());
    }

    private static UpdateRef ref(String silo, int number) {
        byte[] id = ByteBuffer.allocate(UpdateId.LENGTH).putInt(number).array();
        return new UpdateRef(silo, UpdateId.of(id), digest(number));
    }

    private static ReceiptSeen receipt(String silo, int number) {
        return new ReceiptSeen("m1", ROSTER, ref(silo, number), Optional.empty());
    }

    private static VoteSeen vote(int cohort, boolean refusal, int bytes) {
        return new VoteSeen(
                "m1",
                ROSTER,
                FAR,
                digest(cohort),
                refusal ? Optional.of(Reason.WITHDRAWN) : Optional.empty(),
                refusal ? Collections.nCopies(100, ref("silo", 1)) : List.of(),
                new byte[bytes]);
    }

    private List<VoteSeen> kept() {
        return early.votes().get("m1");
    }

    @Test
    void noSilosManifestsDisplaceWhatWasSaidOfAnothersUpdate() {
        early.keep(receipt("honest", 7));
        for (int i = 0; i < 5000; i++) {
            early.keep(receipt("flooder", i));
        }
        assertThat(early.receipts().get("m1").size()).isEqualTo(EarlyReceipts.OF_SILO + 1);
        assertThat(early.takeReceipts(UpdateKey.of(ref("honest", 7)))).containsOnlyKeys("m1");
        assertThat(early.takeReceipts(UpdateKey.of(ref("flooder", 4999)))).containsOnlyKeys("m1");
        assertThat(early.takeReceipts(UpdateKey.of(ref("flooder", 0)))).isEmpty();
    }

    @Test
    void aMemberThatNamesSilosThatThereAreNotKeepsNoMoreForIt() {
        for (int i = 0; i < 3 * EarlyReceipts.ALL; i++) {
            early.keep(receipt("made-up-" + i, 1));
        }
        assertThat(early.receipts().get("m1").size()).isEqualTo(EarlyReceipts.ALL);
        assertThat(early.receipts().get("m1").all()).hasSize(EarlyReceipts.ALL);
    }

    @Test
    void receiptsForASiloThatThereIsNotAreNotKept() {
        Desk desk = Desk.started(4, Knobs.plain(3));
        UpdateRef madeUp = new UpdateRef("nobody", desk.prepare("sa").key().updateId(), Federation.digest("other"));
        desk.on(new ReceiptSeen("sa", desk.federation.rosterId(), madeUp, Optional.empty()));
        assertThat(desk.state.early().receipts()).isEmpty();
    }

    /** A model may have a policy for long before its committee has its keys; nothing ends without a registry. */
    @Test
    void whatIsRefusedBeforeThereIsARegistryBeginsNothing() {
        Desk desk = new Desk(4, Knobs.plain(2));
        desk.on(new UpdateRefused(desk.prepare("sa").key(), Reason.UNKNOWN_MODEL));
        assertThat(desk.state.updates()).isEmpty();
    }

    @Test
    void refusalsDisplaceNoVote() {
        early.keep(vote(0, false, 4_000), true);
        for (int cohort = 1; cohort < 1000; cohort++) {
            early.keep(vote(cohort, true, 120_000), true);
        }
        assertThat(kept().get(0).cohortDigest()).isEqualTo(digest(0));
    }

    @Test
    void whatAMemberSaysAgainIsKeptOnce() {
        for (int i = 0; i < 100; i++) {
            early.keep(vote(1, true, 120_000), true);
            early.keep(vote(1, false, 4_000), true);
        }
        assertThat(kept()).hasSize(2);
    }

    @Test
    void refusalsOfAMemberTakeNoMoreThanTheirBytes() {
        for (int cohort = 0; cohort < 1000; cohort++) {
            early.keep(vote(cohort, true, 120_000), true);
        }
        assertThat(kept().stream().mapToInt(vote -> vote.record().length).sum())
                .isLessThanOrEqualTo(EarlyAnswers.REFUSAL_BYTES)
                .isPositive();
        assertThat(kept().get(kept().size() - 1).cohortDigest()).isEqualTo(digest(999));
    }

    @Test
    void ofAVoteNoRecordIsKept() {
        for (int cohort = 0; cohort < EarlyAnswers.BEHIND; cohort++) {
            early.keep(vote(cohort, false, 4_000), true);
        }
        assertThat(kept()).hasSize(EarlyAnswers.BEHIND).allMatch(vote -> vote.record().length == 0);
    }
}
