package org.silofold.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

class WireTextsTest {
    @Test
    void purposesAreDistinctAsciiWithoutZeroBytes() {
        assertThat(Stream.of(Purpose.values()).map(Purpose::text)).doesNotHaveDuplicates();
        for (Purpose purpose : Purpose.values()) {
            assertThat(purpose.text()).matches("silofold/v1/[a-z-]+");
            assertThat(Purpose.ofText(purpose.text())).isEqualTo(purpose);
        }
        assertThatThrownBy(() -> Purpose.ofText("silofold/v1/other")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reasonCodesAreDistinct() {
        assertThat(Stream.of(Reason.values()).map(Reason::code)).doesNotHaveDuplicates();
        for (Reason reason : Reason.values()) {
            assertThat(reason.code()).matches("[a-z]+(-[a-z]+)*");
            assertThat(Reason.ofCode(reason.code())).isEqualTo(reason);
        }
        assertThatThrownBy(() -> Reason.ofCode("other")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unknownSuitesAreRefused() {
        for (Suite suite : Suite.values()) {
            assertThat(Suite.ofText(suite.text())).isEqualTo(suite);
        }
        for (String text : new String[] {"", "rsa-2048", "ML-KEM-768+ML-DSA-65+AES-256-GCM+SHA-256"}) {
            assertThatThrownBy(() -> Suite.ofText(text))
                    .isInstanceOfSatisfying(
                            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED_SUITE));
        }
    }

    @Test
    void digestsAndIdsAreValuesOfTheirOwnBytes() {
        byte[] bytes = new byte[32];
        Digest digest = Digest.of(bytes);
        bytes[0] = 1;
        digest.toBytes()[1] = 1;
        assertThat(digest).isEqualTo(Digest.ZERO).isNotEqualTo(Digest.of(bytes));
        assertThat(Digest.ofHex(digest.hex())).isEqualTo(digest);
        bytes[0] = (byte) 0x80;
        assertThat(Digest.of(bytes)).isGreaterThan(Digest.ZERO);
        byte[] sixteen = Arrays.copyOf(bytes, 16);
        UpdateId id = UpdateId.of(sixteen);
        sixteen[0] = 0;
        assertThat(id).isEqualTo(UpdateId.ofHex("80" + "00".repeat(15))).isGreaterThan(UpdateId.of(sixteen));
        for (int length : new int[] {0, 15, 17, 31, 33}) {
            assertThatThrownBy(() -> Digest.of(new byte[length])).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> UpdateId.of(new byte[length])).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
