package org.silofold.protocol.share;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.silofold.protocol.testing.Samples.assertRejected;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.testing.Samples;

/** Everything that a dealer publishes and a member checks, altered one piece at a time. */
class ShareCheckTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final Ring RING = Ring.of(SET);
    private static final CommitteeSize COMMITTEE = new CommitteeSize(4);
    private static final UpdateId UPDATE = Samples.updateId(1);
    private static final Digest CORE = Samples.digest(1);

    private final SecureRandom random = new SecureRandom();
    private MaskSecret secret;
    private Dealing dealing;
    private int[][] z;

    @BeforeEach
    void deal() {
        secret = MaskSecret.fresh(SET, random);
        dealing = Dealer.deal(SET, COMMITTEE, UPDATE, secret, random);
        z = dealing.checkPolynomials(CORE);
    }

    @AfterEach
    void close() {
        dealing.close();
        secret.close();
    }

    @Test
    void everyAlteredCoefficientOfZIsRefusedByEveryMember() {
        for (int[] row : z) {
            for (int degree = 0; degree < row.length; degree++) {
                int right = row[degree];
                row[degree] = RING.add(right, 1);
                for (SharePacket packet : dealing.packets()) {
                    assertRejected(Reason.SHARE_CHECK_FAILED, () -> verify(dealing.commitments(), packet));
                }
                row[degree] = right;
            }
        }
        for (SharePacket packet : dealing.packets()) {
            assertThatCode(() -> verify(dealing.commitments(), packet)).doesNotThrowAnyException();
        }
    }

    @Test
    void anAlteredCommitmentIsRefusedByAllForTheChallengeRestsOnAll() {
        for (int j = 0; j < COMMITTEE.n(); j++) {
            List<Digest> altered = new ArrayList<>(dealing.commitments());
            altered.set(j, Samples.digest(j));
            for (SharePacket packet : dealing.packets()) {
                boolean own = packet.member() == j + 1;
                assertRejected(
                        own ? Reason.COMMITMENT_MISMATCH : Reason.SHARE_CHECK_FAILED, () -> verify(altered, packet));
            }
        }
    }

    @Test
    void commitmentsSwappedAreRefused() {
        List<Digest> swapped = new ArrayList<>(dealing.commitments());
        swapped.set(0, dealing.commitments().get(1));
        swapped.set(1, dealing.commitments().get(0));
        assertRejected(
                Reason.COMMITMENT_MISMATCH,
                () -> verify(swapped, dealing.packets().get(0)));
        assertRejected(
                Reason.SHARE_CHECK_FAILED,
                () -> verify(swapped, dealing.packets().get(3)));
    }

    /** A dealer that commits to a wrong blind, and answers the challenge as if it were the right one. */
    @Test
    void aCommittedBlindOffItsPolynomialIsRefused() {
        for (int r = 0; r < ShareCheck.REPETITIONS; r++) {
            SharePacket right = dealing.packets().get(1);
            int[] blind = right.blindInPlace().clone();
            blind[r] = RING.add(blind[r], 1);
            SharePacket lie = new SharePacket(2, right.share(), blind, Samples.bytes(r, 32));
            List<Digest> commitments = new ArrayList<>(dealing.commitments());
            commitments.set(1, lie.commitment(UPDATE));
            int[][] rho = Challenge.rows(SET, CORE, commitments);
            // z must hold at the lying member for the honest blind: shift the constant term so that exactly this is so.
            for (int row = 0; row < z.length; row++) {
                int published = RING.add(z[row][0], RING.add(RING.multiply(2, z[row][1]), RING.multiply(4, z[row][2])));
                int honest = RING.add(right.blindInPlace()[row], Challenge.dot(RING, rho[row], right.shareInPlace()));
                z[row][0] = RING.add(z[row][0], RING.subtract(honest, published));
            }
            assertRejected(Reason.SHARE_CHECK_FAILED, () -> verify(commitments, lie));
        }
    }

    private void verify(List<Digest> commitments, SharePacket packet) {
        ShareCheck.verify(SET, COMMITTEE, UPDATE, CORE, commitments, z, packet);
    }
}
