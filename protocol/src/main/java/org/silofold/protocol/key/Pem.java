package org.silofold.protocol.key;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** PEM (RFC 7468) of one object, on byte arrays so that secrets can be wiped: no strings. */
public final class Pem {
    private static final int LINE = 64;

    private Pem() {}

    /**
     * The object between the lines of this label. Nothing but white space may surround it.
     *
     * @param pem left as it is
     * @return DER, owned by the caller
     * @throws RejectedException INVALID_FIELD if there is none, more than that, or it is not base64
     */
    public static byte[] decode(String label, byte[] pem) {
        byte[] begin = ("-----BEGIN " + label + "-----").getBytes(StandardCharsets.US_ASCII);
        byte[] end = ("-----END " + label + "-----").getBytes(StandardCharsets.US_ASCII);
        int from = 0;
        while (from < pem.length && isBlank(pem[from])) {
            from++;
        }
        int to = pem.length;
        while (to > from && isBlank(pem[to - 1])) {
            to--;
        }
        if (to - from < begin.length + end.length
                || !Arrays.equals(pem, from, from + begin.length, begin, 0, begin.length)
                || !Arrays.equals(pem, to - end.length, to, end, 0, end.length)) {
            throw new RejectedException(Reason.INVALID_FIELD, "not a PEM file of one " + label);
        }
        return decodeBody(label, pem, from + begin.length, to - end.length);
    }

    private static byte[] decodeBody(String label, byte[] pem, int from, int to) {
        byte[] base64 = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            if (!isBlank(pem[i])) {
                base64[length++] = pem[i];
            }
        }
        byte[] exact = Arrays.copyOf(base64, length);
        try {
            return Base64.getDecoder().decode(exact);
        } catch (IllegalArgumentException e) {
            // The decoder's message quotes a character of what may be a secret.
            throw new RejectedException(Reason.INVALID_FIELD, "not base64 within the PEM file of a " + label);
        } finally {
            Arrays.fill(base64, (byte) 0);
            Arrays.fill(exact, (byte) 0);
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
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
}
