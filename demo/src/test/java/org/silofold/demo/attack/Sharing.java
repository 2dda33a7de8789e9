package org.silofold.demo.attack;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.silofold.protocol.key.Hkdf;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.mask.Uniform;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.share.Shamir;
import org.silofold.protocol.share.ShareCheck;
import org.silofold.protocol.share.SharePacket;

/**
 * A dealer that lies to some members and otherwise keeps to section 4 of the protocol, written anew from its text: shares on polynomials,
 * commitments to exactly what is sent, check polynomials for exactly those commitments.
 */
final class Sharing {
    private final ParameterSet set;
    private final int[][] polynomials;
    private final int[][] blinds;
    private final List<byte[]> packets = new ArrayList<>();
    private final List<Digest> commitments = new ArrayList<>();

    /**
     * @param lies by member's point: what is added to each word of its share before it is committed to
     */
    Sharing(CommitteeSize size, UpdateId id, MaskSecret secret, Map<Integer, Integer> lies, SecureRandom random) {
        this.set = secret.set();
        Ring ring = Ring.of(set);
        KeyStream stream = KeyStream.fresh(random);
        polynomials = new int[size.threshold()][];
        blinds = new int[size.threshold()][];
        for (int degree = 0; degree < size.threshold(); degree++) {
            polynomials[degree] = degree == 0 ? secret.toWords() : Uniform.words(set, stream, set.n());
            blinds[degree] = Uniform.words(set, stream, ShareCheck.REPETITIONS);
        }
        for (int j = 1; j <= size.n(); j++) {
            int lie = lies.getOrDefault(j, 0);
            int[] share = Arrays.stream(Shamir.evaluate(set, polynomials, j))
                    .map(word -> ring.add(word, lie))
                    .toArray();
            byte[] salt = new byte[SharePacket.SALT_LENGTH];
            random.nextBytes(salt);
            byte[] packet = new byte[SharePacket.length(set)];
            Words.write(share, packet, 0);
            Words.write(Shamir.evaluate(set, blinds, j), packet, share.length * Words.BYTES);
            System.arraycopy(salt, 0, packet, packet.length - salt.length, salt.length);
            packets.add(packet);
            commitments.add(Digest.sha256(ascii("silofold/v1/share"), id.toBytes(), new byte[] {0, (byte) j}, packet));
        }
    }

    List<byte[]> packets() {
        return packets;
    }

    List<Digest> commitments() {
        return commitments;
    }

    int[][] checkPolynomials(Digest core) {
        List<byte[]> parts = new ArrayList<>(List.of(ascii("silofold/v1/vss"), core.toBytes()));
        commitments.forEach(commitment -> parts.add(commitment.toBytes()));
        byte[] seed = Digest.sha256(parts.toArray(byte[][]::new)).toBytes();
        byte[] key = Hkdf.derive(seed, ascii("silofold/v1/vss-challenge"), KeyStream.KEY_LENGTH);
        int[] rho = Uniform.words(set, KeyStream.of(key), ShareCheck.REPETITIONS * set.n());
        Ring ring = Ring.of(set);
        int[][] z = new int[ShareCheck.REPETITIONS][polynomials.length];
        for (int r = 0; r < z.length; r++) {
            for (int degree = 0; degree < polynomials.length; degree++) {
                int sum = blinds[degree][r];
                for (int c = 0; c < set.n(); c++) {
                    sum = ring.add(sum, ring.multiply(rho[r * set.n() + c], polynomials[degree][c]));
                }
                z[r][degree] = sum;
            }
        }
        return z;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
