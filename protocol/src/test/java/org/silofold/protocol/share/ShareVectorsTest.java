package org.silofold.protocol.share;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.mask.MaskVectors;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;

/**
 * The share check's known answers. The file's note names SHA-256('silo-0') as the dealer's seed; every value in it, commitments and
 * check polynomials alike, is that of its third silo, SHA-256('silo-2').
 */
class ShareVectorsTest {
    private static final ParameterSet SET = MaskVectors.SET;
    private static final JsonNode VECTOR = MaskVectors.load().get("shareCheck");
    private static final CommitteeSize COMMITTEE = new CommitteeSize(4);

    @Test
    void theVectorHoldsWhatThisTestCovers() {
        List<String> names = new ArrayList<>();
        VECTOR.fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "updateIdHex",
                        "manifestCoreDigestHex",
                        "repetitions",
                        "dealerSeed",
                        "blindCoefficient",
                        "salt",
                        "commitmentsHex",
                        "challengeFirst4",
                        "checkPolynomials");
    }

    @Test
    void commitmentsChallengeAndCheckPolynomials() {
        UpdateId updateId = UpdateId.ofHex(VECTOR.get("updateIdHex").asText());
        Digest core = Digest.ofHex(VECTOR.get("manifestCoreDigestHex").asText());
        assertThat(ShareCheck.REPETITIONS).isEqualTo(VECTOR.get("repetitions").asInt());
        try (Dealing dealing = dealing(updateId)) {
            List<String> commitments =
                    dealing.commitments().stream().map(Digest::hex).toList();
            assertThat(commitments).hasSize(COMMITTEE.n());
            for (int j = 0; j < COMMITTEE.n(); j++) {
                assertThat(commitments.get(j))
                        .isEqualTo(VECTOR.get("commitmentsHex").get(j).asText());
            }
            int[][] rho = Challenge.rows(SET, core, dealing.commitments());
            int[][] z = dealing.checkPolynomials(core);
            for (int r = 0; r < ShareCheck.REPETITIONS; r++) {
                assertThat(Arrays.copyOf(rho[r], 4))
                        .isEqualTo(
                                MaskVectors.words(VECTOR.get("challengeFirst4").get(r)));
                assertThat(z[r])
                        .isEqualTo(
                                MaskVectors.words(VECTOR.get("checkPolynomials").get(r)));
            }
            for (SharePacket packet : dealing.packets()) {
                ShareCheck.verify(SET, COMMITTEE, updateId, core, dealing.commitments(), z, packet);
            }
        }
    }

    private static Dealing dealing(UpdateId updateId) {
        byte[] seed = sha256("silo-2");
        JsonNode silo = MaskVectors.load().get("fold").get("silos").get(2);
        int threshold = COMMITTEE.threshold();
        int[][] blinds = new int[threshold][ShareCheck.REPETITIONS];
        for (int r = 0; r < ShareCheck.REPETITIONS; r++) {
            for (int k = 0; k < threshold; k++) {
                blinds[k][r] = MaskVectors.derived(seed, "vector/blind-" + r + "-" + k, 1)[0];
            }
        }
        byte[][] salts = new byte[COMMITTEE.n()][];
        for (int j = 1; j <= salts.length; j++) {
            salts[j - 1] = sha256("salt-" + j);
        }
        return Dealer.of(SET, updateId, MaskVectors.polynomials(silo, threshold), blinds, salts);
    }

    private static byte[] sha256(String text) {
        return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).toBytes();
    }
}
