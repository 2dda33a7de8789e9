package org.silofold.protocol.share;

import java.util.List;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/**
 * A member's check of its packet, protocol page 4.3: the packet matches its commitment, and on a random challenge its share and blind
 * lie on the published polynomials. A dealer whose shares lie on no polynomials of degree below t passes with probability about
 * q^-R, 2^-160, per try.
 */
public final class ShareCheck {
    /** R: how often the check is repeated. */
    public static final int REPETITIONS = 5;

    private ShareCheck() {}

    /**
     * Checks a packet.
     *
     * @param coreDigest SHA-256 of the manifest's core
     * @param commitments h_1..h_n
     * @param checkPolynomials z: R rows of t coefficients below q
     * @throws RejectedException {@link Reason#INVALID_FIELD} for wrong counts, {@link Reason#WORD_OUT_OF_RANGE}, {@link
     *     Reason#COMMITMENT_MISMATCH} or {@link Reason#SHARE_CHECK_FAILED}
     */
    public static void verify(
            ParameterSet set,
            CommitteeSize committee,
            UpdateId updateId,
            Digest coreDigest,
            List<Digest> commitments,
            int[][] checkPolynomials,
            SharePacket packet) {
        requireShape(set, committee, commitments, checkPolynomials, packet);
        if (!packet.commitment(updateId).equals(commitments.get(packet.member() - 1))) {
            throw new RejectedException(
                    Reason.COMMITMENT_MISMATCH, "packet of member " + packet.member() + " is not the committed one");
        }
        Ring ring = Ring.of(set);
        int[][] rho = Challenge.rows(set, coreDigest, commitments);
        int difference = 0;
        for (int r = 0; r < REPETITIONS; r++) {
            int published = valueAt(ring, checkPolynomials[r], packet.member());
            int own = ring.add(packet.blindInPlace()[r], Challenge.dot(ring, rho[r], packet.shareInPlace()));
            difference |= published ^ own;
        }
        if (difference != 0) {
            throw new RejectedException(
                    Reason.SHARE_CHECK_FAILED, "share of member " + packet.member() + " lies off the polynomial");
        }
    }

    private static void requireShape(
            ParameterSet set,
            CommitteeSize committee,
            List<Digest> commitments,
            int[][] checkPolynomials,
            SharePacket packet) {
        if (packet.member() < 1 || packet.member() > committee.n() || commitments.size() != committee.n()) {
            throw new RejectedException(Reason.INVALID_FIELD, commitments.size() + " commitments for " + committee);
        }
        if (checkPolynomials.length != REPETITIONS) {
            throw new RejectedException(Reason.INVALID_FIELD, checkPolynomials.length + " check polynomials");
        }
        for (int[] row : checkPolynomials) {
            if (row.length != committee.threshold()) {
                throw new RejectedException(
                        Reason.INVALID_FIELD, "a check polynomial has " + row.length + " coefficients");
            }
            Words.check(set, row);
        }
    }

    private static int valueAt(Ring ring, int[] coefficients, int point) {
        int value = 0;
        for (int degree = coefficients.length - 1; degree >= 0; degree--) {
            value = ring.add(ring.multiply(value, point), coefficients[degree]);
        }
        return value;
    }
}
