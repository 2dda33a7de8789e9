package org.silofold.protocol.share;

import java.util.Arrays;
import java.util.List;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.ParameterSet;

/** A shared mask secret: packets for the members, commitments, and the polynomials from which the check's answer is computed. */
public final class Dealing implements AutoCloseable {
    private final ParameterSet set;
    private final int[][] polynomials;
    private final int[][] blinds;
    private final List<SharePacket> packets;
    private final List<Digest> commitments;
    private Digest answered;
    private boolean closed;

    /**
     * Takes the arrays over.
     *
     * @param polynomials t vectors of N coefficients: of x^0 (the secret), x^1, ...
     * @param blinds t vectors of R coefficients
     */
    Dealing(
            ParameterSet set,
            int[][] polynomials,
            int[][] blinds,
            List<SharePacket> packets,
            List<Digest> commitments) {
        this.set = set;
        this.polynomials = polynomials;
        this.blinds = blinds;
        this.packets = List.copyOf(packets);
        this.commitments = List.copyOf(commitments);
    }

    /** The packets of members 1..n, wiped when this is closed. */
    public List<SharePacket> packets() {
        return packets;
    }

    /** h_1..h_n. */
    public List<Digest> commitments() {
        return commitments;
    }

    /**
     * The check polynomials z, once the manifest's core is fixed: R rows of t coefficients. One dealing answers one challenge: the
     * difference of two answers is free of the blinds and would tell R linear equations in the secret.
     *
     * @param coreDigest SHA-256 of the manifest's core
     * @throws IllegalStateException if another core was answered before, or after {@link #close()}
     */
    public int[][] checkPolynomials(Digest coreDigest) {
        if (closed || (answered != null && !answered.equals(coreDigest))) {
            throw new IllegalStateException(closed ? "the dealing is closed" : "the dealing answered another core");
        }
        answered = coreDigest;
        Ring ring = Ring.of(set);
        int[][] rho = Challenge.rows(set, coreDigest, commitments);
        int[][] z = new int[ShareCheck.REPETITIONS][polynomials.length];
        for (int r = 0; r < z.length; r++) {
            for (int degree = 0; degree < polynomials.length; degree++) {
                z[r][degree] = ring.add(blinds[degree][r], Challenge.dot(ring, rho[r], polynomials[degree]));
            }
        }
        return z;
    }

    /** Wipes polynomials, blinds and packets. */
    @Override
    public void close() {
        closed = true;
        for (int degree = 0; degree < polynomials.length; degree++) {
            Arrays.fill(polynomials[degree], 0);
            Arrays.fill(blinds[degree], 0);
        }
        packets.forEach(SharePacket::close);
    }

    /** The count alone. */
    @Override
    public String toString() {
        return "Dealing[" + packets.size() + " packets]";
    }
}
