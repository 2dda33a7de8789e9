package org.silofold.protocol.kem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.silofold.protocol.kem.KemVectors.hex;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.testing.VectorFile;

/** ML-KEM-768 against Wycheproof's vectors; see src/test/resources/wycheproof/README.md. */
class MlKemWycheproofTest {
    @Test
    void keysOfSeeds() {
        Map<String, Integer> counts = count("mlkem_768_keygen_seed", test -> {
            try (KemPrivateKey key = KemPrivateKey.ofSeed(hex(test, "seed"))) {
                assertThat(key.publicKey().spki()).isEqualTo(KemVectors.spki(hex(test, "ek")));
            }
            return "valid";
        });
        assertThat(counts).containsOnlyKeys("valid").containsEntry("valid", 20);
    }

    @Test
    void encapsulation() {
        Map<String, Integer> counts = count("mlkem_768_encaps", test -> {
            if (test.get("result").textValue().equals("valid")) {
                KemVectors.encapsulates(hex(test, "ek"), hex(test, "m"), hex(test, "c"), hex(test, "K"));
                return "valid";
            }
            KemVectors.refusesPublicKey(hex(test, "ek"));
            return hex(test, "ek").length == 1184 ? "not below 3329" : "length";
        });
        assertThat(counts).isEqualTo(Map.of("valid", 20, "not below 3329", 112, "length", 20));
    }

    @Test
    void decapsulation() {
        Map<String, Integer> counts = count("mlkem_768", test -> {
            byte[] seed = hex(test, "seed");
            if (test.get("result").textValue().equals("valid")) {
                KemVectors.decapsulates(seed, hex(test, "c"), hex(test, "K"));
                return "valid";
            }
            if (seed.length != 64) {
                assertThatThrownBy(() -> KemPrivateKey.ofSeed(seed)).isInstanceOf(IllegalArgumentException.class);
                return "seed length";
            }
            try (KemPrivateKey key = KemPrivateKey.ofSeed(seed)) {
                assertThatThrownBy(() -> key.decapsulate(hex(test, "c"))).isInstanceOf(RejectedException.class);
            }
            return "ciphertext length";
        });
        assertThat(counts).isEqualTo(Map.of("valid", 41, "seed length", 20, "ciphertext length", 20));
    }

    /** Our private keys are seeds alone; what is checked here is Bouncy Castle's decapsulation. Bad expanded keys are counted, not opened. */
    @Test
    void expandedKeys() {
        Map<String, Integer> counts = count("mlkem_768_semi_expanded_decaps", test -> {
            if (test.get("result").textValue().equals("valid")) {
                assertThat(KemVectors.decapsulateExpanded(hex(test, "dk"), hex(test, "c")))
                        .isEqualTo(hex(test, "K"));
                return "valid";
            }
            return "not ours: " + test.get("flags").get(0).textValue();
        });
        assertThat(counts)
                .isEqualTo(Map.of(
                        "valid", 3,
                        "not ours: IncorrectCiphertextLength", 2,
                        "not ours: IncorrectDecapsulationKeyLength", 2,
                        "not ours: InvalidDecapsulationKey", 2));
    }

    private static Map<String, Integer> count(String file, Function<JsonNode, String> check) {
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (JsonNode group :
                VectorFile.load("/wycheproof/" + file + ".json.gz").at("/testGroups")) {
            assertThat(group.get("parameterSet").textValue()).isEqualTo("ML-KEM-768");
            for (JsonNode test : group.get("tests")) {
                try {
                    counts.merge(check.apply(test), 1, Integer::sum);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError(file + " tcId " + test.get("tcId"), e);
                }
            }
        }
        return counts;
    }
}
