package org.silofold.protocol.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.silofold.protocol.testing.Samples.assertRejected;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.testing.Samples;

class SealTest {
    private static final int FULL = Seal.SEGMENT + Seal.TAG;

    private final byte[] keyBytes = Samples.bytes(1, 32);
    private final SecretBytes key = SecretBytes.copyOf(keyBytes);
    private final byte[] associated = Samples.bytes(2, 32);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 65535, 65536, 65537, 131072, 131073, 200000})
    void whatIsSealedOpens(int length) {
        byte[] plaintext = Samples.bytes(length, length);
        byte[] sealed = Seal.seal(key, associated, plaintext);
        assertThat(sealed).hasSize(Seal.sealedLength(length));
        assertThat(Seal.open(key, associated, sealed)).isEqualTo(plaintext);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65536, 65537, 140000})
    void theBytesAreTheProtocolPages(int length) throws GeneralSecurityException {
        byte[] plaintext = Samples.bytes(length, length);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        int segments = Math.max(1, (length + Seal.SEGMENT - 1) / Seal.SEGMENT);
        for (int i = 0; i < segments; i++) {
            int from = i * Seal.SEGMENT;
            int to = Math.min(length, from + Seal.SEGMENT);
            int counter = i == segments - 1 ? i | 0x80000000 : i;
            byte[] nonce = ByteBuffer.allocate(12).putLong(0).putInt(counter).array();
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(keyBytes, "AES"), new GCMParameterSpec(128, nonce));
            cipher.updateAAD(associated);
            expected.writeBytes(cipher.doFinal(plaintext, from, to - from));
        }
        assertThat(Seal.seal(key, associated, plaintext)).isEqualTo(expected.toByteArray());
    }

    @Test
    void rangesLeaveTheirSurroundingsAlone() {
        byte[] in = Samples.bytes(3, 70020);
        byte[] out = new byte[Seal.sealedLength(70000) + 20];
        assertThat(Seal.seal(key, associated, in, 10, 70000, out, 7)).isEqualTo(Seal.sealedLength(70000));
        assertThat(Arrays.copyOf(out, 7)).containsOnly(0);
        assertThat(Arrays.copyOfRange(out, out.length - 13, out.length)).containsOnly(0);
        assertThat(Seal.open(key, associated, out, 7, out.length - 20)).isEqualTo(Arrays.copyOfRange(in, 10, 70010));
    }

    @Test
    void everyFlippedBitIsRefused() {
        byte[] sealed = Seal.seal(key, associated, Samples.bytes(4, 40));
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] flipped = sealed.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            broken(flipped);
        }
        byte[] large = Seal.seal(key, associated, Samples.bytes(5, 3 * Seal.SEGMENT + 5));
        for (int at : new int[] {0, Seal.SEGMENT - 1, Seal.SEGMENT, FULL - 1, FULL, 2 * FULL + 99, large.length - 1}) {
            byte[] flipped = large.clone();
            flipped[at] ^= 1;
            broken(flipped);
        }
    }

    @Test
    void everyOtherLengthIsRefused() {
        byte[] sealed = Seal.seal(key, associated, Samples.bytes(6, 40));
        for (int length = 0; length < sealed.length; length++) {
            broken(Arrays.copyOf(sealed, length));
        }
        broken(Arrays.copyOf(sealed, sealed.length + 1));
        byte[] large = Seal.seal(key, associated, Samples.bytes(7, 2 * Seal.SEGMENT + 100));
        for (int cut : new int[] {1, 15, 16, 17, 99, 100, 116, 117, 132, FULL, FULL + 116}) {
            broken(Arrays.copyOf(large, large.length - cut));
        }
        for (int more : new int[] {1, 16, 17, FULL}) {
            broken(Arrays.copyOf(large, large.length + more));
        }
    }

    @Test
    void segmentsKeepTheirPlaces() {
        byte[] sealed = Seal.seal(key, associated, Samples.bytes(8, 3 * Seal.SEGMENT));
        int[][] orders = {
            {1, 0, 2}, {0, 2, 1}, {2, 1, 0}, {0, 0, 2}, {0, 1}, {0, 2}, {1, 2}, {2}, {0}, {0, 1, 2, 2}, {0, 1, 1, 2}
        };
        for (int[] order : orders) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int segment : order) {
                out.write(sealed, segment * FULL, FULL);
            }
            broken(out.toByteArray());
        }
    }

    @Test
    void anotherKeyOrAssociatedDataDoesNotOpen() {
        byte[] sealed = Seal.seal(key, associated, Samples.bytes(9, 100));
        byte[] other = associated.clone();
        other[31] ^= 1;
        assertRejected(Reason.SEAL_BROKEN, () -> Seal.open(key, other, sealed));
        assertRejected(Reason.SEAL_BROKEN, () -> Seal.open(key, new byte[0], sealed));
        try (SecretBytes wrong = SecretBytes.takeOver(Samples.bytes(10, 32))) {
            assertRejected(Reason.SEAL_BROKEN, () -> Seal.open(wrong, associated, sealed));
        }
    }

    @Test
    void aKeyHas32BytesAndALengthHasBounds() {
        for (int length : new int[] {0, 16, 24, 31, 33}) {
            try (SecretBytes wrong = SecretBytes.takeOver(new byte[length])) {
                assertThatThrownBy(() -> Seal.seal(wrong, associated, new byte[1]))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
        assertThatThrownBy(() -> Seal.sealedLength(Integer.MAX_VALUE)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Seal.open(key, associated, new byte[20], 10, 20))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private void broken(byte[] sealed) {
        assertRejected(Reason.SEAL_BROKEN, () -> Seal.open(key, associated, sealed));
    }
}
