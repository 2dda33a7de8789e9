package org.silofold.protocol.share;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Uniform;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;

/** Shares a mask secret among the committee, protocol page 4. */
public final class Dealer {
    private Dealer() {}

    /**
     * Shares a secret with fresh polynomials, blinds and salts.
     *
     * @return the dealing, closed by the caller
     */
    public static Dealing deal(
            ParameterSet set, CommitteeSize committee, UpdateId updateId, MaskSecret secret, SecureRandom random) {
        if (!set.equals(secret.set())) {
            throw new IllegalArgumentException("the secret is of another parameter set than " + set.name());
        }
        KeyStream stream = KeyStream.fresh(random);
        int threshold = committee.threshold();
        int[][] polynomials = new int[threshold][];
        int[][] blinds = new int[threshold][];
        for (int degree = 0; degree < threshold; degree++) {
            polynomials[degree] = degree == 0 ? secret.toWords() : Uniform.words(set, stream, set.n());
            blinds[degree] = Uniform.words(set, stream, ShareCheck.REPETITIONS);
        }
        byte[][] salts = new byte[committee.n()][SharePacket.SALT_LENGTH];
        for (byte[] salt : salts) {
            random.nextBytes(salt);
        }
        return of(set, updateId, polynomials, blinds, salts);
    }

    /** The dealing of these polynomials; takes the arrays over. */
    static Dealing of(ParameterSet set, UpdateId updateId, int[][] polynomials, int[][] blinds, byte[][] salts) {
        List<SharePacket> packets = new ArrayList<>();
        List<Digest> commitments = new ArrayList<>();
        for (int j = 1; j <= salts.length; j++) {
            SharePacket packet = new SharePacket(
                    j, Shamir.evaluate(set, polynomials, j), Shamir.evaluate(set, blinds, j), salts[j - 1]);
            packets.add(packet);
            commitments.add(packet.commitment(updateId));
        }
        return new Dealing(set, polynomials, blinds, packets, commitments);
    }
}
