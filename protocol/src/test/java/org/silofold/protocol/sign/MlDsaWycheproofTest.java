package org.silofold.protocol.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.silofold.protocol.sign.SignVectors.hex;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.key.Pem;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.testing.VectorFile;

/** ML-DSA-65 against Wycheproof's vectors; see src/test/resources/wycheproof/README.md. */
class MlDsaWycheproofTest {
    private static final byte[] NO_CONTEXT = {};

    @Test
    void verification() throws CryptoException {
        TreeMap<String, Integer> counts = count("mldsa_65_verify", (group, test) -> {
            boolean valid = test.get("result").textValue().equals("valid");
            byte[] publicKey = hex(group, "publicKey");
            byte[] message = hex(test, "msg");
            byte[] signature = hex(test, "sig");
            byte[] context = test.has("ctx") ? hex(test, "ctx") : NO_CONTEXT;
            if (publicKey.length != 1952) {
                assertThatThrownBy(() -> VerifyingKey.fromSpki(hex(group, "publicKeyDer")))
                        .isInstanceOf(RejectedException.class);
                return "key length";
            }
            VerifyingKey key = VerifyingKey.fromSpki(hex(group, "publicKeyDer"));
            assertThat(key.spki()).isEqualTo(SignVectors.spki(publicKey));
            if (context.length > 255) {
                // No such context can be given to Bouncy Castle; what was signed under one must not pass for ours,
                // without context.
                assertThatThrownBy(() -> SignVectors.verify(publicKey, context, message, signature))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThat(key.verify(signature, message)).isFalse();
                return "context too long";
            }
            if (context.length > 0) {
                assertThat(SignVectors.verify(publicKey, context, message, signature))
                        .isEqualTo(valid);
                assertThat(key.verify(signature, message)).isFalse();
                return "context, " + (valid ? "valid" : "invalid");
            }
            assertThat(key.verify(signature, message)).isEqualTo(valid);
            return valid ? "valid" : "invalid";
        });
        assertThat(counts)
                .isEqualTo(Map.of(
                        "valid", 37, "invalid", 122, "key length", 4, "context, valid", 2, "context too long", 5));
    }

    @Test
    void deterministicSigningFromSeeds() throws CryptoException {
        TreeMap<String, Integer> counts = count("mldsa_65_sign_seed", (group, test) -> {
            byte[] seed = hex(group, "privateSeed");
            if (seed.length != 32) {
                assertThatThrownBy(() -> SigningKey.ofSeed(seed)).isInstanceOf(IllegalArgumentException.class);
                return "seed length";
            }
            MLDSAPrivateKeyParameters key = SignVectors.privateKey(seed.clone());
            try (SigningKey own = SigningKey.ofSeed(seed)) {
                assertThat(own.verifyingKey().spki()).isEqualTo(SignVectors.spki(hex(group, "publicKey")));
                if (group.has("privateKeyPkcs8")
                        && !group.get("privateKeyPkcs8").isNull()) {
                    byte[] pem = Pem.encode("PRIVATE KEY", hex(group, "privateKeyPkcs8"));
                    assertThat(own.toPem()).isEqualTo(pem);
                    try (SigningKey read = SigningKey.fromPem(pem)) {
                        assertThat(read.verifyingKey()).isEqualTo(own.verifyingKey());
                    }
                }
            }
            if (test.get("flags").toString().contains("Randomized")) {
                byte[] publicKey = hex(group, "publicKey");
                byte[] randomContext = test.has("ctx") ? hex(test, "ctx") : NO_CONTEXT;
                assertThat(SignVectors.verify(publicKey, randomContext, hex(test, "msg"), hex(test, "sig")))
                        .isTrue();
                return "not deterministic";
            }
            byte[] signature = hex(test, "sig");
            if (!test.has("msg")) {
                assertThat(SignVectors.signMu(key, null, hex(test, "mu"))).isEqualTo(signature);
                return "external mu";
            }
            byte[] context = test.has("ctx") ? hex(test, "ctx") : NO_CONTEXT;
            if (context.length > 255) {
                assertThatThrownBy(() -> SignVectors.sign(key, context, hex(test, "msg")))
                        .isInstanceOf(IllegalArgumentException.class);
                return "context too long";
            }
            assertThat(SignVectors.sign(key, context, hex(test, "msg"))).isEqualTo(signature);
            return context.length > 0 ? "context" : "valid";
        });
        assertThat(counts)
                .isEqualTo(Map.of(
                        "valid",
                        40,
                        "context",
                        3,
                        "context too long",
                        1,
                        "external mu",
                        17,
                        "not deterministic",
                        1,
                        "seed length",
                        3));
    }

    /** Checks a vector and says what kind it was. */
    private interface Check {
        String of(JsonNode group, JsonNode test) throws CryptoException;
    }

    private static TreeMap<String, Integer> count(String file, Check check) throws CryptoException {
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (JsonNode group :
                VectorFile.load("/wycheproof/" + file + ".json.gz").at("/testGroups")) {
            for (JsonNode test : group.get("tests")) {
                try {
                    counts.merge(check.of(group, test), 1, Integer::sum);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError(file + " tcId " + test.get("tcId"), e);
                }
            }
        }
        return counts;
    }
}
