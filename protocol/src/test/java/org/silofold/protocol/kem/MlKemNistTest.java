package org.silofold.protocol.kem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.protocol.kem.KemVectors.hex;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.testing.VectorFile;

/** ML-KEM-768 against NIST's ACVP vectors; see src/test/resources/nist/README.md. */
class MlKemNistTest {
    @Test
    void keyGeneration() {
        int checked = 0;
        for (JsonNode group : VectorFile.load("/nist/ml-kem-768-keygen.json.gz").at("/testGroups")) {
            assertThat(group.get("parameterSet").textValue()).isEqualTo("ML-KEM-768");
            for (JsonNode test : group.get("tests")) {
                byte[] seed = Arrays.copyOf(hex(test, "d"), 64);
                System.arraycopy(hex(test, "z"), 0, seed, 32, 32);
                MLKEMPrivateKeyParameters expanded =
                        new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, seed.clone());
                assertThat(expanded.getEncoded()).isEqualTo(hex(test, "dk"));
                try (KemPrivateKey key = KemPrivateKey.ofSeed(seed)) {
                    assertThat(key.publicKey().spki()).isEqualTo(KemVectors.spki(hex(test, "ek")));
                }
                assertThat(KemPublicKey.fromSpki(KemVectors.spki(hex(test, "ek")))
                                .spki())
                        .isEqualTo(KemVectors.spki(hex(test, "ek")));
                checked++;
            }
        }
        assertThat(checked).isEqualTo(25);
    }

    @Test
    void encapsulationAndDecapsulation() {
        int encapsulated = 0;
        int decapsulated = 0;
        int rejected = 0;
        for (JsonNode group :
                VectorFile.load("/nist/ml-kem-768-encap-decap.json.gz").at("/testGroups")) {
            boolean both = group.get("function").textValue().equals("encapsulation");
            for (JsonNode test : group.get("tests")) {
                if (both) {
                    KemVectors.encapsulates(hex(test, "ek"), hex(test, "m"), hex(test, "c"), hex(test, "k"));
                    encapsulated++;
                }
                byte[] dk = hex(both ? test : group, "dk");
                assertThat(KemVectors.decapsulateExpanded(dk, hex(test, "c"))).isEqualTo(hex(test, "k"));
                decapsulated++;
                rejected += test.get("reason").textValue().equals("modify ciphertext") ? 1 : 0;
            }
        }
        assertThat(encapsulated).isEqualTo(25);
        assertThat(decapsulated).isEqualTo(35);
        assertThat(rejected).as("implicit rejections").isEqualTo(5);
    }
}
