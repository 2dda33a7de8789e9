package org.silofold.protocol.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.protocol.sign.SignVectors.hex;

import com.fasterxml.jackson.databind.JsonNode;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.testing.VectorFile;

/**
 * ML-DSA-65 against NIST's ACVP vectors; see src/test/resources/nist/README.md. Those for signing are of FIPS 204's internal functions, which
 * take M' as it is: mu is computed here and given to Bouncy Castle. The pure functions around them are Wycheproof's.
 */
class MlDsaNistTest {
    @Test
    void keyGeneration() {
        int checked = 0;
        for (JsonNode group : VectorFile.load("/nist/ml-dsa-65-keygen.json.gz").at("/testGroups")) {
            assertThat(group.get("parameterSet").textValue()).isEqualTo("ML-DSA-65");
            for (JsonNode test : group.get("tests")) {
                byte[] seed = hex(test, "seed");
                assertThat(SignVectors.privateKey(seed.clone()).getEncoded()).isEqualTo(hex(test, "sk"));
                byte[] spki = SignVectors.spki(hex(test, "pk"));
                try (SigningKey key = SigningKey.ofSeed(seed)) {
                    assertThat(key.verifyingKey().spki()).isEqualTo(spki);
                }
                assertThat(VerifyingKey.fromSpki(spki).spki()).isEqualTo(spki);
                checked++;
            }
        }
        assertThat(checked).isEqualTo(25);
    }

    @Test
    void signing() throws CryptoException {
        int deterministic = 0;
        int hedged = 0;
        for (JsonNode group : VectorFile.load("/nist/ml-dsa-65-siggen.json.gz").at("/testGroups")) {
            boolean fixed = group.get("deterministic").booleanValue();
            for (JsonNode test : group.get("tests")) {
                MLDSAPrivateKeyParameters key = SignVectors.privateKey(hex(test, "sk"));
                byte[] mu = SignVectors.mu(key.getTr(), hex(test, "message"));
                byte[] signature = SignVectors.signMu(key, fixed ? null : hex(test, "rnd"), mu);
                assertThat(signature).as("tcId " + test.get("tcId")).isEqualTo(hex(test, "signature"));
                deterministic += fixed ? 1 : 0;
                hedged += fixed ? 0 : 1;
            }
        }
        assertThat(deterministic).isEqualTo(10);
        assertThat(hedged).isEqualTo(10);
    }

    @Test
    void verification() {
        int valid = 0;
        int invalid = 0;
        for (JsonNode group : VectorFile.load("/nist/ml-dsa-65-sigver.json.gz").at("/testGroups")) {
            byte[] publicKey = hex(group, "pk");
            for (JsonNode test : group.get("tests")) {
                MLDSASigner verifier = new MLDSASigner();
                verifier.init(false, SignVectors.publicKey(publicKey));
                byte[] mu = SignVectors.mu(SignVectors.tr(publicKey), hex(test, "message"));
                boolean verified = verifier.verifyMuSignature(mu, hex(test, "signature"));
                assertThat(verified)
                        .as("tcId " + test.get("tcId") + ", " + test.get("reason"))
                        .isEqualTo(test.get("testPassed").booleanValue());
                valid += verified ? 1 : 0;
                invalid += verified ? 0 : 1;
            }
        }
        assertThat(valid).isEqualTo(3);
        assertThat(invalid).isEqualTo(12);
    }
}
