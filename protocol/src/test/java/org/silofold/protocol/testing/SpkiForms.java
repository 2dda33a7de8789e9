package org.silofold.protocol.testing;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;

/** Other encodings of the same SubjectPublicKeyInfo, which parsers let pass; a key must have one form, for its bytes are compared and hashed. */
public final class SpkiForms {
    private static final int OUTER = 4;
    private static final int ALGORITHM = 13;

    private SpkiForms() {}

    /** Variants of a DER SubjectPublicKeyInfo: SEQUENCE with two length bytes, an algorithm of 13 bytes without parameters, a BIT STRING. */
    public static List<byte[]> others(byte[] spki) {
        int length = ((spki[2] & 0xff) << 8) | (spki[3] & 0xff);
        byte[] algorithm = Arrays.copyOfRange(spki, OUTER, OUTER + ALGORITHM);
        byte[] key = Arrays.copyOfRange(spki, OUTER + ALGORITHM, spki.length);
        byte[] withNull =
                concat(new byte[] {0x30, 0x0d}, Arrays.copyOfRange(algorithm, 2, ALGORITHM), new byte[] {5, 0});
        byte[] unusedBits = key.clone();
        unusedBits[4] = 1;
        return List.of(
                concat(sequence(length + 2), withNull, key),
                concat(new byte[] {0x30, (byte) 0x83, 0, spki[2], spki[3]}, algorithm, key),
                concat(new byte[] {0x30, (byte) 0x80}, algorithm, key, new byte[2]),
                concat(sequence(length), algorithm, unusedBits),
                concat(spki, new byte[1]),
                concat(sequence(length + 2), algorithm, key, new byte[] {5, 0}));
    }

    private static byte[] sequence(int length) {
        return new byte[] {0x30, (byte) 0x82, (byte) (length >> 8), (byte) length};
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
