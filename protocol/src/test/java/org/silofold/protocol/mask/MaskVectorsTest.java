package org.silofold.protocol.mask;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.share.Shamir;
import org.silofold.protocol.share.ShareSum;

/** Every value of the known-answer file but those of the share check, which {@code ShareVectorsTest} has. */
class MaskVectorsTest {
    private static final ParameterSet SET = MaskVectors.SET;
    private static final JsonNode FILE = MaskVectors.load();
    private static final JsonNode FOLD = FILE.get("fold");

    @Test
    void theFileHoldsWhatTheseTestsCover() {
        assertThat(names(FILE))
                .containsExactlyInAnyOrder(
                        "parameterSet",
                        "n",
                        "q",
                        "generator",
                        "psi",
                        "context",
                        "seedHex",
                        "secretFirst8",
                        "secretSha256",
                        "blocks",
                        "fold",
                        "shareCheck");
        assertThat(FILE.get("blocks")).hasSize(4);
        for (JsonNode block : FILE.get("blocks")) {
            assertThat(names(block))
                    .containsExactlyInAnyOrder("block", "aHatFirst8", "aHatSha256", "productFirst8", "productSha256");
        }
        assertThat(names(FOLD))
                .containsExactlyInAnyOrder(
                        "block",
                        "threshold",
                        "members",
                        "message",
                        "error",
                        "shareCoefficient",
                        "silos",
                        "foldedSha256",
                        "secretSumSha256",
                        "sumShareSha256",
                        "unmaskedSumFirst8");
        assertThat(FOLD.get("silos")).hasSize(3);
        for (JsonNode silo : FOLD.get("silos")) {
            assertThat(names(silo))
                    .containsExactlyInAnyOrder("seedHex", "secretSha256", "maskedSha256", "maskedFirst8");
        }
        assertThat(FOLD.get("sumShareSha256")).hasSize(FOLD.get("members").size());
    }

    @Test
    void parametersAndRoot() {
        assertThat(SET.name()).isEqualTo(FILE.get("parameterSet").asText());
        assertThat(SET.n()).isEqualTo(FILE.get("n").asInt());
        assertThat(SET.q()).isEqualTo(FILE.get("q").asLong());
        assertThat(Ring.of(SET).generator()).isEqualTo(FILE.get("generator").asInt());
        assertThat(Ring.of(SET).psi()).isEqualTo(FILE.get("psi").asLong());
        assertThat(FILE.get("context").asText()).isEqualTo("vector-federation|vector-model|7|" + SET.name());
    }

    @Test
    void secretOfASeed() {
        try (MaskSecret secret = MaskVectors.secret(FILE)) {
            assertWords(secret.toWords(), FILE.get("secretFirst8"), FILE.get("secretSha256"));
        }
    }

    @Test
    void publicElementsAndProducts() {
        Ring ring = Ring.of(SET);
        try (MaskSecret secret = MaskVectors.secret(FILE)) {
            int[] transformed = secret.toWords();
            ring.forward(transformed);
            ring.toMontgomery(transformed);
            for (JsonNode vector : FILE.get("blocks")) {
                int[] block = new int[SET.n()];
                MaskVectors.elements().expand(vector.get("block").asLong(), block);
                assertWords(block, vector.get("aHatFirst8"), vector.get("aHatSha256"));
                ring.pointwise(block, transformed);
                ring.inverse(block);
                assertWords(block, vector.get("productFirst8"), vector.get("productSha256"));
            }
        }
    }

    @Test
    void maskFoldShareAndOpen() {
        int threshold = FOLD.get("threshold").asInt();
        int[] folded = new int[SET.n()];
        TreeMap<Integer, int[]> shares = new TreeMap<>();
        FOLD.get("members").forEach(member -> shares.put(member.asInt(), new int[SET.n()]));
        int[] expected = new int[SET.n()];
        for (int i = 0; i < FOLD.get("silos").size(); i++) {
            JsonNode silo = FOLD.get("silos").get(i);
            byte[] masked = mask(silo, message(i), error(i));
            assertWords(Words.read(SET, masked, 0, SET.n()), silo.get("maskedFirst8"), silo.get("maskedSha256"));
            ModularSum.add(SET, folded, 0, masked, 0, masked.length);
            int[][] polynomials = MaskVectors.polynomials(silo, threshold);
            shares.forEach((member, sum) -> ShareSum.add(SET, sum, Shamir.evaluate(SET, polynomials, member)));
            for (int k = 0; k < SET.n(); k++) {
                expected[k] += message(i)[k] + error(i)[k];
            }
        }
        assertThat(MaskVectors.sha256(folded))
                .isEqualTo(FOLD.get("foldedSha256").asText());
        shares.forEach((member, sum) -> assertThat(MaskVectors.sha256(sum))
                .isEqualTo(FOLD.get("sumShareSha256").get(member.toString()).asText()));
        int[] secretSum = Shamir.interpolateAtZero(SET, shares);
        assertThat(MaskVectors.sha256(secretSum))
                .isEqualTo(FOLD.get("secretSumSha256").asText());
        assertThat(Shamir.interpolateAtZero(SET, new TreeMap<>(shares.tailMap(2))))
                .isEqualTo(secretSum);
        int[] opened = new int[SET.n()];
        try (Unmasker unmasker = new Unmasker(MaskVectors.elements(), secretSum)) {
            unmasker.unmask(FOLD.get("block").asLong(), folded, 0, opened, 0);
        }
        assertThat(Arrays.copyOf(opened, 8)).isEqualTo(MaskVectors.words(FOLD.get("unmaskedSumFirst8")));
        assertThat(opened).isEqualTo(expected);
    }

    private static byte[] mask(JsonNode silo, int[] message, int[] error) {
        byte[] masked = new byte[SET.blockBytes()];
        try (MaskSecret secret = MaskVectors.secret(silo);
                DiscreteGaussian gaussian = new DiscreteGaussian(SET, KeyStream.of(new byte[32]));
                Masker masker = new Masker(MaskVectors.elements(), secret, gaussian)) {
            assertThat(MaskVectors.sha256(secret.toWords()))
                    .isEqualTo(silo.get("secretSha256").asText());
            masker.mask(FOLD.get("block").asInt(), message, error, masked, 0);
        }
        return masked;
    }

    private static int[] message(int silo) {
        int[] message = new int[SET.n()];
        for (int k = 0; k < message.length; k++) {
            message[k] = (int) ((k * 2654435761L + silo * 40503L) % 2000001) - 1000000;
        }
        return message;
    }

    private static int[] error(int silo) {
        int[] error = new int[SET.n()];
        for (int k = 0; k < error.length; k++) {
            error[k] = (k * 31 + silo * 17) % 41 - 20;
        }
        return error;
    }

    private static void assertWords(int[] words, JsonNode first, JsonNode sha256) {
        assertThat(Arrays.copyOf(words, first.size())).isEqualTo(MaskVectors.words(first));
        assertThat(Digest.sha256(Words.toBytes(words)).hex()).isEqualTo(sha256.asText());
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        for (Iterator<String> fields = node.fieldNames(); fields.hasNext(); ) {
            names.add(fields.next());
        }
        return names;
    }
}
