package org.silofold.protocol.kem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.testing.FixedRandom;

/** What the known-answer tests of ML-KEM-768 share. */
final class KemVectors {
    /** SubjectPublicKeyInfo of an ML-KEM-768 key up to the key itself (RFC 9935). */
    private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("308204b2300b0609608648016503040402038204a100");

    private KemVectors() {}

    static byte[] hex(JsonNode test, String field) {
        return HexFormat.of().parseHex(test.get(field).textValue());
    }

    static byte[] spki(byte[] encapsulationKey) {
        byte[] spki = new byte[SPKI_PREFIX.length + encapsulationKey.length];
        System.arraycopy(SPKI_PREFIX, 0, spki, 0, SPKI_PREFIX.length);
        System.arraycopy(encapsulationKey, 0, spki, SPKI_PREFIX.length, encapsulationKey.length);
        return spki;
    }

    /** Encapsulates with our key under the given m, and compares. */
    static void encapsulates(byte[] ek, byte[] m, byte[] ciphertext, byte[] secret) {
        try (Encapsulation encapsulation = KemPublicKey.fromSpki(spki(ek)).encapsulate(new FixedRandom(m))) {
            assertThat(encapsulation.ciphertext()).isEqualTo(ciphertext);
            assertThat(encapsulation.secret().toBytes()).isEqualTo(secret);
        }
    }

    /** Decapsulates with an expanded key, which our own keys never are, by Bouncy Castle alone. */
    static byte[] decapsulateExpanded(byte[] dk, byte[] ciphertext) {
        MLKEMPrivateKeyParameters key = new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, dk);
        return new MLKEMExtractor(key).extractSecret(ciphertext);
    }

    /** Decapsulates with our key of this seed, and compares. */
    static void decapsulates(byte[] seed, byte[] ciphertext, byte[] secret) {
        try (KemPrivateKey key = KemPrivateKey.ofSeed(seed);
                SecretBytes opened = key.decapsulate(ciphertext)) {
            assertThat(opened.toBytes()).isEqualTo(secret);
        }
    }

    /** Our public key refuses these bytes. */
    static void refusesPublicKey(byte[] ek) {
        assertThatThrownBy(() -> KemPublicKey.fromSpki(spki(ek)))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_FIELD));
    }
}
