package org.silofold.protocol.envelope;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** PEM (RFC 7468) of one object, on byte arrays so that secrets can be wiped: no strings. */
public final class Pem {
    private static final int LINE = 64;

    private Pem() {}

    /**
     * The object between the lines of this label.
     *
     * @throws IllegalArgumentException if there is none or it is not base64
     */
    public static byte[] decode(String label, byte[] pem) {
        byte[] begin = ("-----BEGIN " + label + "-----").getBytes(StandardCharsets.US_ASCII);
        byte[] end = ("-----END " + label + "-----").getBytes(StandardCharsets.US_ASCII);
        int from = indexOf(pem, begin, 0);
        int to = from < 0 ? -1 : indexOf(pem, end, from + begin.length);
        if (to < 0) {
            throw new IllegalArgumentException("no PEM block " + label);
        }
        byte[] body = Arrays.copyOfRange(pem, from + begin.length, to);
        try {
            return Base64.getMimeDecoder().decode(body);
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    /** The object as PEM, ASCII. */
    public static byte[] encode(String label, byte[] der) {
        byte[] body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encode(der);
        byte[] begin = ("-----BEGIN " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
        byte[] end = ("\n-----END " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
        byte[] pem = Arrays.copyOf(begin, begin.length + body.length + end.length);
        System.arraycopy(body, 0, pem, begin.length, body.length);
        System.arraycopy(end, 0, pem, begin.length + body.length, end.length);
        Arrays.fill(body, (byte) 0);
        return pem;
    }

    private static int indexOf(byte[] bytes, byte[] what, int from) {
        for (int i = from; i <= bytes.length - what.length; i++) {
            if (Arrays.equals(bytes, i, i + what.length, what, 0, what.length)) {
                return i;
            }
        }
        return -1;
    }
}
