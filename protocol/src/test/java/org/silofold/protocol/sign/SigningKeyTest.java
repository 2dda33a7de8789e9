package org.silofold.protocol.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.SelfTest;
import org.silofold.protocol.key.Pem;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

class SigningKeyTest {
    private static final Suite SUITE = Suite.ML_KEM_768_ML_DSA_65;
    private static final byte[] HEADER = "header".getBytes(StandardCharsets.UTF_8);

    @Test
    void pemRestoresTheSameKey() {
        try (SigningKey key = SigningKey.generate(SUITE);
                SigningKey restored = SigningKey.fromPem(key.toPem())) {
            assertThat(restored.verifyingKey()).isEqualTo(key.verifyingKey());
            assertThat(restored.toPem()).isEqualTo(key.toPem());
            byte[] signature = restored.sign(Purpose.ROSTER, HEADER);
            assertThat(key.verifyingKey().verify(Purpose.ROSTER, HEADER, signature))
                    .isTrue();
        }
    }

    @Test
    void twoKeysHaveTwoPems() {
        try (SigningKey one = SigningKey.generate(SUITE);
                SigningKey other = SigningKey.generate(SUITE)) {
            assertThat(one.toPem()).isNotEqualTo(other.toPem());
            assertThat(one.verifyingKey()).isNotEqualTo(other.verifyingKey());
        }
    }

    @Test
    void pemIsTheSeedFormOfRfc9881() {
        byte[] seed = seed();
        try (SigningKey key = SigningKey.ofSeed(seed.clone())) {
            byte[] der = Pem.decode("PRIVATE KEY", key.toPem());
            String prefix = "3034020100300b060960864801650304031204228020";
            assertThat(HexFormat.of().formatHex(der))
                    .isEqualTo(prefix + HexFormat.of().formatHex(seed));
        }
    }

    @Test
    void refusesKeysOfAnotherForm() throws Exception {
        MLDSAPrivateKeyParameters key = new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_65, seed());
        for (int form : new int[] {MLDSAPrivateKeyParameters.BOTH, MLDSAPrivateKeyParameters.EXPANDED_KEY}) {
            byte[] der = PrivateKeyInfoFactory.createPrivateKeyInfo(key.withPreferredFormat(form))
                    .getEncoded();
            refused(Pem.encode("PRIVATE KEY", der));
        }
        byte[] other = PrivateKeyInfoFactory.createPrivateKeyInfo(
                        new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_87, seed())
                                .withPreferredFormat(MLDSAPrivateKeyParameters.SEED_ONLY))
                .getEncoded();
        refused(Pem.encode("PRIVATE KEY", other));
    }

    @Test
    void refusesPemThatWasCutOrExtended() {
        byte[] pem;
        byte[] der;
        try (SigningKey key = SigningKey.ofSeed(seed())) {
            pem = key.toPem();
            der = Pem.decode("PRIVATE KEY", pem);
        }
        for (int length = 0; length < der.length; length++) {
            refused(Pem.encode("PRIVATE KEY", Arrays.copyOf(der, length)));
        }
        refused(Pem.encode("PRIVATE KEY", Arrays.copyOf(der, der.length + 1)));
        // The last byte of the file is a newline, which may be missing.
        for (int length = 0; length < pem.length - 1; length++) {
            refused(Arrays.copyOf(pem, length));
        }
        refused((new String(pem, StandardCharsets.US_ASCII) + "more").getBytes(StandardCharsets.US_ASCII));
        refused(new String(pem, StandardCharsets.US_ASCII)
                .replaceFirst("\n", "\n*")
                .getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void signatureHoldsForItsPurposeAndHeaderAlone() {
        try (SigningKey key = SigningKey.generate(SUITE);
                SigningKey other = SigningKey.generate(SUITE)) {
            byte[] signature = key.sign(Purpose.UNMASK_VOTE, HEADER);
            VerifyingKey verifying = key.verifyingKey();
            for (Purpose purpose : Purpose.values()) {
                assertThat(verifying.verify(purpose, HEADER, signature)).isEqualTo(purpose == Purpose.UNMASK_VOTE);
            }
            assertThat(verifying.verify(Purpose.UNMASK_VOTE, new byte[0], signature))
                    .isFalse();
            assertThat(other.verifyingKey().verify(Purpose.UNMASK_VOTE, HEADER, signature))
                    .isFalse();
            assertThatThrownBy(() -> verifying.requireValid(Purpose.POLICY, HEADER, signature))
                    .isInstanceOfSatisfying(
                            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_SIGNATURE));
            verifying.requireValid(Purpose.UNMASK_VOTE, HEADER, signature);
        }
    }

    @Test
    void everyFlippedBitOfAHeaderAndManyOfASignatureAreRefused() {
        Random random = new Random(11);
        try (SigningKey key = SigningKey.ofSeed(seed())) {
            byte[] signature = key.sign(Purpose.ROSTER, HEADER);
            VerifyingKey verifying = key.verifyingKey();
            for (int bit = 0; bit < HEADER.length * 8; bit++) {
                assertThat(verifying.verify(Purpose.ROSTER, flipped(HEADER, bit), signature))
                        .isFalse();
            }
            for (int i = 0; i < 400; i++) {
                int bit = random.nextInt(signature.length * 8);
                assertThat(verifying.verify(Purpose.ROSTER, HEADER, flipped(signature, bit)))
                        .as("bit %d", bit)
                        .isFalse();
            }
            for (int length : new int[] {0, 1, 3308, 3310, 6618}) {
                assertThat(verifying.verify(Purpose.ROSTER, HEADER, Arrays.copyOf(signature, length)))
                        .isFalse();
            }
        }
    }

    @Test
    void signsHedged() {
        try (SigningKey key = SigningKey.ofSeed(seed())) {
            assertThat(key.sign(Purpose.ROSTER, HEADER)).isNotEqualTo(key.sign(Purpose.ROSTER, HEADER));
        }
    }

    @Test
    void publicKeyTravelsAsSpkiAndNothingElse() {
        try (SigningKey key = SigningKey.ofSeed(seed())) {
            byte[] spki = key.verifyingKey().spki();
            assertThat(spki).hasSize(1974);
            assertThat(VerifyingKey.fromSpki(spki)).isEqualTo(key.verifyingKey());
            for (int length : new int[] {0, 1, 21, 22, 1973, 1975}) {
                refusedSpki(Arrays.copyOf(spki, length));
            }
            for (int bit = 0; bit < 22 * 8; bit++) {
                refusedSpki(flipped(spki, bit));
            }
        }
    }

    @Test
    void aClosedKeyDoesNothing() {
        SigningKey key = SigningKey.ofSeed(seed());
        key.close();
        assertThatThrownBy(() -> key.sign(Purpose.ROSTER, HEADER)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(key::toPem).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void showsNoKey() {
        byte[] seed = seed();
        try (SigningKey key = SigningKey.ofSeed(seed.clone())) {
            assertThat(key.toString())
                    .doesNotContain(HexFormat.of().formatHex(seed).substring(0, 8))
                    .doesNotContain(Base64.getEncoder().encodeToString(seed).substring(0, 8));
        }
    }

    @Test
    void digestIsOverTheSignedBytes() {
        byte[] expected = "silofold/v1/roster\0header".getBytes(StandardCharsets.US_ASCII);
        assertThat(SignedBytes.digest(Purpose.ROSTER, HEADER)).isEqualTo(Digest.sha256(expected));
    }

    @Test
    void selfTestPasses() {
        SelfTest.run();
    }

    private static void refused(byte[] pem) {
        assertThatThrownBy(() -> SigningKey.fromPem(pem))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_FIELD));
    }

    private static void refusedSpki(byte[] spki) {
        assertThatThrownBy(() -> VerifyingKey.fromSpki(spki))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_FIELD));
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] copy = bytes.clone();
        copy[bit / 8] ^= (byte) (1 << bit % 8);
        return copy;
    }

    private static byte[] seed() {
        byte[] seed = new byte[32];
        new Random(7).nextBytes(seed);
        return seed;
    }
}
