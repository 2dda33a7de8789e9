package org.silofold.protocol.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

class DealingTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final CommitteeSize COMMITTEE = new CommitteeSize(4);
    private static final UpdateId UPDATE = UpdateId.of(new byte[16]);
    private static final Digest CORE = Digest.sha256(new byte[] {1});

    private final SecureRandom random = new SecureRandom();

    @Test
    void everyPacketIsAcceptedAfterTheWireAndAnyThresholdOpens() {
        try (MaskSecret secret = MaskSecret.fresh(SET, random);
                Dealing dealing = Dealer.deal(SET, COMMITTEE, UPDATE, secret, random)) {
            int[][] z = dealing.checkPolynomials(CORE);
            TreeMap<Integer, int[]> shares = new TreeMap<>();
            for (SharePacket packet : dealing.packets()) {
                try (SharePacket received = SharePacket.decode(SET, packet.member(), packet.encode())) {
                    ShareCheck.verify(SET, COMMITTEE, UPDATE, CORE, dealing.commitments(), z, received);
                    shares.put(received.member(), received.share());
                }
            }
            assertThat(shares).hasSize(4);
            assertThat(Shamir.consistent(SET, COMMITTEE.threshold(), shares)).isTrue();
            assertThat(Shamir.interpolateAtZero(SET, shares.tailMap(2))).isEqualTo(secret.toWords());
        }
    }

    @Property(tries = 60)
    void anAlteredByteOfAPacketIsRefused(@ForAll long seed, @ForAll @IntRange(min = 0, max = 8243) int position) {
        try (MaskSecret secret = MaskSecret.fresh(SET, random);
                Dealing dealing = Dealer.deal(SET, COMMITTEE, UPDATE, secret, random)) {
            int[][] z = dealing.checkPolynomials(CORE);
            byte[] bytes = dealing.packets().get(1).encode();
            bytes[position] ^= (byte) (1 << new Random(seed).nextInt(8));
            assertThatThrownBy(() -> ShareCheck.verify(
                            SET, COMMITTEE, UPDATE, CORE, dealing.commitments(), z, SharePacket.decode(SET, 2, bytes)))
                    .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                            .isIn(Reason.COMMITMENT_MISMATCH, Reason.WORD_OUT_OF_RANGE));
        }
    }

    /** The dealer lies: it commits to an altered share, so the commitment opens, and only the linear check can tell. */
    @Property(tries = 60)
    void aCommittedShareOffThePolynomialIsRefused(
            @ForAll long seed, @ForAll @IntRange(min = 0, max = 2047) int position) {
        try (MaskSecret secret = MaskSecret.fresh(SET, random);
                Dealing dealing = Dealer.deal(SET, COMMITTEE, UPDATE, secret, random)) {
            byte[] bytes = dealing.packets().get(2).encode();
            bytes[4 * position] ^= (byte) (1 + new Random(seed).nextInt(255));
            SharePacket lie = SharePacket.decode(SET, 3, bytes);
            List<Digest> commitments = new ArrayList<>(dealing.commitments());
            commitments.set(2, lie.commitment(UPDATE));
            // z as the dealer would make it for honest members, on the challenge of these commitments.
            int[][] z = zFor(dealing, commitments);
            assertRefused(
                    Reason.SHARE_CHECK_FAILED,
                    () -> ShareCheck.verify(SET, COMMITTEE, UPDATE, CORE, commitments, z, lie));
            ShareCheck.verify(
                    SET,
                    COMMITTEE,
                    UPDATE,
                    CORE,
                    commitments,
                    z,
                    dealing.packets().get(0));
        }
    }

    @Test
    void packetsAreBoundToUpdateMemberAndCore() {
        try (MaskSecret secret = MaskSecret.fresh(SET, random);
                Dealing dealing = Dealer.deal(SET, COMMITTEE, UPDATE, secret, random)) {
            int[][] z = dealing.checkPolynomials(CORE);
            List<Digest> h = dealing.commitments();
            SharePacket packet = dealing.packets().get(0);
            UpdateId other = UpdateId.ofHex("01".repeat(16));
            SharePacket moved = SharePacket.decode(SET, 2, packet.encode());
            assertRefused(
                    Reason.COMMITMENT_MISMATCH, () -> ShareCheck.verify(SET, COMMITTEE, other, CORE, h, z, packet));
            assertRefused(
                    Reason.COMMITMENT_MISMATCH, () -> ShareCheck.verify(SET, COMMITTEE, UPDATE, CORE, h, z, moved));
            assertRefused(
                    Reason.SHARE_CHECK_FAILED,
                    () -> ShareCheck.verify(SET, COMMITTEE, UPDATE, Digest.ZERO, h, z, packet));
        }
    }

    @Test
    void wrongShapesAreRefused() {
        try (MaskSecret secret = MaskSecret.fresh(SET, random);
                Dealing dealing = Dealer.deal(SET, COMMITTEE, UPDATE, secret, random)) {
            int[][] z = dealing.checkPolynomials(CORE);
            List<Digest> h = dealing.commitments();
            SharePacket packet = dealing.packets().get(0);
            List<Digest> three = h.subList(0, 3);
            int[][] fourRows = {z[0], z[1], z[2], z[3]};
            int[][] shortRow = {z[0], z[1], z[2], z[3], {1, 2}};
            int[][] longWords = {z[0], z[1], z[2], z[3], {-1, 0, 0}};
            SharePacket outside = SharePacket.decode(SET, 5, packet.encode());
            assertRefused(
                    Reason.INVALID_FIELD, () -> ShareCheck.verify(SET, COMMITTEE, UPDATE, CORE, three, z, packet));
            assertRefused(
                    Reason.INVALID_FIELD, () -> ShareCheck.verify(SET, COMMITTEE, UPDATE, CORE, h, fourRows, packet));
            assertRefused(
                    Reason.INVALID_FIELD, () -> ShareCheck.verify(SET, COMMITTEE, UPDATE, CORE, h, shortRow, packet));
            assertRefused(
                    Reason.WORD_OUT_OF_RANGE,
                    () -> ShareCheck.verify(SET, COMMITTEE, UPDATE, CORE, h, longWords, packet));
            assertRefused(Reason.INVALID_FIELD, () -> ShareCheck.verify(SET, COMMITTEE, UPDATE, CORE, h, z, outside));
            assertRefused(Reason.INVALID_FIELD, () -> SharePacket.decode(SET, 1, new byte[8243]));
        }
    }

    @Test
    void oneDealingAnswersOneCoreAndNothingAfterClose() {
        MaskSecret secret = MaskSecret.fresh(SET, random);
        Dealing dealing = Dealer.deal(SET, COMMITTEE, UPDATE, secret, random);
        SharePacket packet = dealing.packets().get(0);
        int[][] z = dealing.checkPolynomials(CORE);
        assertThat(dealing.checkPolynomials(CORE)).isDeepEqualTo(z);
        assertThatThrownBy(() -> dealing.checkPolynomials(Digest.ZERO)).isInstanceOf(IllegalStateException.class);
        dealing.close();
        assertThatThrownBy(() -> dealing.checkPolynomials(CORE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(packet::encode).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(packet::share).isInstanceOf(IllegalStateException.class);
        secret.close();
    }

    /**
     * The check polynomials on the challenge of other commitments. For t = 3, c0, c1 and c2 follow from the values at 0, 1 and 2:
     * c2 = (v0 - 2 v1 + v2) / 2 and c1 = v1 - v0 - c2.
     */
    private static int[][] zFor(Dealing dealing, List<Digest> commitments) {
        Ring ring = Ring.of(SET);
        int half = (int) ((SET.q() + 1) / 2);
        int[][] rho = Challenge.rows(SET, CORE, commitments);
        TreeMap<Integer, int[]> values = new TreeMap<>();
        for (int j : List.of(1, 2, 4)) {
            SharePacket packet = dealing.packets().get(j - 1);
            int[] value = packet.blindInPlace().clone();
            for (int r = 0; r < value.length; r++) {
                value[r] = ring.add(value[r], Challenge.dot(ring, rho[r], packet.shareInPlace()));
            }
            values.put(j, value);
        }
        int[] v0 = Shamir.interpolateAtZero(SET, values);
        int[][] z = new int[ShareCheck.REPETITIONS][];
        for (int r = 0; r < z.length; r++) {
            int v1 = values.get(1)[r];
            int second = ring.add(ring.subtract(v0[r], ring.multiply(2, v1)), values.get(2)[r]);
            int c2 = ring.multiply(second, half);
            z[r] = new int[] {v0[r], ring.subtract(ring.subtract(v1, v0[r]), c2), c2};
        }
        return z;
    }

    private static void assertRefused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                .isEqualTo(reason));
    }
}
