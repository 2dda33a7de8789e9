package org.silofold.protocol.share;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.silofold.protocol.key.Hkdf;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.mask.Uniform;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.ParameterSet;

/** The share check's random challenge rho, protocol page 4.3, which nobody knows before all shares are committed to. */
final class Challenge {
    private static final byte[] SEED_PREFIX = "silofold/v1/vss".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] INFO = "silofold/v1/vss-challenge".getBytes(StandardCharsets.US_ASCII);

    private Challenge() {}

    /** R rows of N words. */
    static int[][] rows(ParameterSet set, Digest coreDigest, List<Digest> commitments) {
        byte[][] parts = new byte[commitments.size() + 2][];
        parts[0] = SEED_PREFIX;
        parts[1] = coreDigest.toBytes();
        for (int j = 0; j < commitments.size(); j++) {
            parts[j + 2] = commitments.get(j).toBytes();
        }
        byte[] key = Hkdf.derive(Digest.sha256(parts).toBytes(), INFO, KeyStream.KEY_LENGTH);
        int[] words = Uniform.words(set, KeyStream.of(key), ShareCheck.REPETITIONS * set.n());
        int[][] rows = new int[ShareCheck.REPETITIONS][set.n()];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(words, r * set.n(), rows[r], 0, set.n());
        }
        return rows;
    }

    /** The inner product of two vectors modulo q. */
    static int dot(Ring ring, int[] a, int[] b) {
        int sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum = ring.add(sum, ring.multiply(a[i], b[i]));
        }
        return sum;
    }
}
