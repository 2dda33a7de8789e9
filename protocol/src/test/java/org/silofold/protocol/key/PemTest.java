package org.silofold.protocol.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.protocol.testing.Samples.assertRejected;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.testing.Samples;

class PemTest {
    private static final String LABEL = "PRIVATE KEY";

    @Property(tries = 300, seed = "4")
    void whatIsEncodedDecodes(@ForAll @Size(max = 300) byte[] der) {
        assertThat(Pem.decode(LABEL, Pem.encode(LABEL, der))).isEqualTo(der);
    }

    @Test
    void linesHave64Characters() {
        String pem = new String(Pem.encode("X", new byte[49]), StandardCharsets.US_ASCII);
        assertThat(pem).isEqualTo("-----BEGIN X-----\n" + "A".repeat(64) + "\nAA==\n-----END X-----\n");
    }

    @Test
    void whiteSpaceAroundAndOtherLineEndsAreTaken() {
        byte[] der = Samples.bytes(1, 100);
        String pem = new String(Pem.encode(LABEL, der), StandardCharsets.US_ASCII);
        assertThat(Pem.decode(LABEL, ascii("\n \t" + pem.replace("\n", "\r\n") + "\n\n")))
                .isEqualTo(der);
    }

    @Test
    void everyCutIsRefused() {
        byte[] pem = Pem.encode(LABEL, Samples.bytes(2, 50));
        for (int length = 0; length < pem.length - 1; length++) {
            byte[] cut = Arrays.copyOf(pem, length);
            assertRejected(Reason.INVALID_FIELD, () -> Pem.decode(LABEL, cut));
        }
    }

    @Test
    void anythingElseIsRefused() {
        String pem = new String(Pem.encode(LABEL, Samples.bytes(3, 50)), StandardCharsets.US_ASCII);
        for (String bad : new String[] {
            "",
            "x" + pem,
            pem + "x",
            pem + pem,
            pem.replace("PRIVATE", "PUBLIC"),
            pem.replaceFirst("=?=\n", "*\n"),
            "-----BEGIN PRIVATE KEY----------END PRIVATE KEY",
            "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----\n"
        }) {
            assertRejected(Reason.INVALID_FIELD, () -> Pem.decode(LABEL, ascii(bad)));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
