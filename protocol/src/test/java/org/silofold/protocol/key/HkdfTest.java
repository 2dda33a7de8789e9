package org.silofold.protocol.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The SHA-256 test cases of RFC 5869, appendix A. */
class HkdfTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void rfc5869TestCase1() {
        byte[] okm = Hkdf.derive(
                HEX.parseHex("000102030405060708090a0b0c"),
                HEX.parseHex("0b".repeat(22)),
                HEX.parseHex("f0f1f2f3f4f5f6f7f8f9"),
                42);
        assertThat(HEX.formatHex(okm))
                .isEqualTo("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    }

    @Test
    void rfc5869TestCase2() {
        byte[] okm = Hkdf.derive(counting(0x60, 0xaf), counting(0x00, 0x4f), counting(0xb0, 0xff), 82);
        assertThat(HEX.formatHex(okm))
                .isEqualTo("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                        + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                        + "cc30c58179ec3e87c14c01d5c1f3434f1d87");
    }

    @Test
    void rfc5869TestCase3WithoutSaltAndInfo() {
        byte[] ikm = HEX.parseHex("0b".repeat(22));
        String expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8";
        assertThat(HEX.formatHex(Hkdf.derive(ikm, new byte[0], 42))).isEqualTo(expected);
        assertThat(HEX.formatHex(Hkdf.derive(new byte[0], ikm, new byte[0], 42)))
                .isEqualTo(expected);
    }

    @Test
    void lengthsOutsideTheRfcAreRefused() {
        assertThat(Hkdf.derive(new byte[32], new byte[0], Hkdf.MAX_LENGTH)).hasSize(8160);
        assertThatThrownBy(() -> Hkdf.derive(new byte[32], new byte[0], Hkdf.MAX_LENGTH + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Hkdf.derive(new byte[32], new byte[0], 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] counting(int from, int to) {
        byte[] bytes = new byte[to - from + 1];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (from + i);
        }
        return bytes;
    }
}
