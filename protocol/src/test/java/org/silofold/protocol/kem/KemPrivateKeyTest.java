package org.silofold.protocol.kem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.key.Pem;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

class KemPrivateKeyTest {
    private static final Suite SUITE = Suite.ML_KEM_768_ML_DSA_65;

    @Test
    void bothSidesGetTheSameSecretEvenThroughPem() {
        try (KemPrivateKey key = KemPrivateKey.generate(SUITE);
                KemPrivateKey restored = KemPrivateKey.fromPem(key.toPem());
                Encapsulation sent =
                        KemPublicKey.fromSpki(key.publicKey().spki()).encapsulate(new SecureRandom());
                SecretBytes received = restored.decapsulate(sent.ciphertext())) {
            assertThat(received).isEqualTo(sent.secret());
            assertThat(received.length()).isEqualTo(32);
            assertThat(received.toBytes()).isNotEqualTo(new byte[32]);
            assertThat(restored.publicKey()).isEqualTo(key.publicKey());
        }
    }

    @Test
    void twoKeysAndTwoEncapsulationsDiffer() {
        try (KemPrivateKey one = KemPrivateKey.generate(SUITE);
                KemPrivateKey other = KemPrivateKey.generate(SUITE);
                Encapsulation first = one.publicKey().encapsulate(new SecureRandom());
                Encapsulation second = one.publicKey().encapsulate(new SecureRandom())) {
            assertThat(one.toPem()).isNotEqualTo(other.toPem());
            assertThat(one.publicKey()).isNotEqualTo(other.publicKey());
            assertThat(first.secret()).isNotEqualTo(second.secret());
            assertThat(other.decapsulate(first.ciphertext())).isNotEqualTo(first.secret());
        }
    }

    @Test
    void pemIsTheSeedFormOfRfc9935() {
        byte[] seed = seed();
        try (KemPrivateKey key = KemPrivateKey.ofSeed(seed.clone())) {
            assertThat(HexFormat.of().formatHex(Pem.decode("PRIVATE KEY", key.toPem())))
                    .isEqualTo("3054020100300b060960864801650304040204428040"
                            + HexFormat.of().formatHex(seed));
        }
    }

    @Test
    void refusesKeysOfAnotherForm() throws Exception {
        MLKEMPrivateKeyParameters key = new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, seed());
        for (int form : new int[] {MLKEMPrivateKeyParameters.BOTH, MLKEMPrivateKeyParameters.EXPANDED_KEY}) {
            refusedPem(PrivateKeyInfoFactory.createPrivateKeyInfo(key.withPreferredFormat(form))
                    .getEncoded());
        }
        MLKEMPrivateKeyParameters larger = new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_1024, seed());
        refusedPem(PrivateKeyInfoFactory.createPrivateKeyInfo(
                        larger.withPreferredFormat(MLKEMPrivateKeyParameters.SEED_ONLY))
                .getEncoded());
    }

    @Test
    void flippedCiphertextBitsGiveAnotherSecret() {
        Random random = new Random(5);
        try (KemPrivateKey key = KemPrivateKey.ofSeed(seed());
                Encapsulation sent = key.publicKey().encapsulate(new SecureRandom())) {
            for (int i = 0; i < 300; i++) {
                byte[] altered = sent.ciphertext().clone();
                int bit = random.nextInt(altered.length * 8);
                altered[bit / 8] ^= (byte) (1 << bit % 8);
                try (SecretBytes received = key.decapsulate(altered)) {
                    assertThat(received).as("bit %d", bit).isNotEqualTo(sent.secret());
                }
            }
        }
    }

    @Test
    void refusesCiphertextsAndPublicKeysOfAnotherLength() {
        try (KemPrivateKey key = KemPrivateKey.ofSeed(seed())) {
            for (int length : new int[] {0, 1, 1087, 1089, 1568}) {
                refused(() -> key.decapsulate(new byte[length]));
            }
            byte[] spki = key.publicKey().spki();
            assertThat(spki).hasSize(1206);
            for (int length : new int[] {0, 21, 22, 1205, 1207}) {
                refused(() -> KemPublicKey.fromSpki(Arrays.copyOf(spki, length)));
            }
            for (int bit = 0; bit < 22 * 8; bit++) {
                byte[] altered = spki.clone();
                altered[bit / 8] ^= (byte) (1 << bit % 8);
                refused(() -> KemPublicKey.fromSpki(altered));
            }
        }
    }

    @Test
    void aClosedKeyDoesNothingAndShowsNothing() {
        byte[] seed = seed();
        KemPrivateKey key = KemPrivateKey.ofSeed(seed.clone());
        assertThat(key.toString()).doesNotContain(HexFormat.of().formatHex(seed).substring(0, 8));
        key.close();
        assertThatThrownBy(() -> key.decapsulate(new byte[1088])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(key::toPem).isInstanceOf(IllegalStateException.class);
    }

    private static void refusedPem(byte[] der) {
        refused(() -> KemPrivateKey.fromPem(Pem.encode("PRIVATE KEY", der)));
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                .isEqualTo(Reason.INVALID_FIELD));
    }

    private static byte[] seed() {
        byte[] seed = new byte[64];
        new Random(7).nextBytes(seed);
        return seed;
    }
}
