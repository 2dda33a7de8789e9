package org.silofold.protocol.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.testing.ChiSquare;
import org.silofold.protocol.testing.Samples;

/** That a dealer's polynomials, blinds and salts are random to the last coefficient: a share must not be the secret in disguise. */
class DealerTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final Ring RING = Ring.of(SET);
    private static final CommitteeSize COMMITTEE = new CommitteeSize(4);

    private final SecureRandom random = new SecureRandom();

    @Test
    void sharesLessTheSecretAndSecretsFromTooFewSharesAreUniform() {
        ChiSquare shares = new ChiSquare(SET.q());
        ChiSquare tooFew = new ChiSquare(SET.q());
        try (MaskSecret secret = MaskSecret.fresh(SET, random)) {
            int[] words = secret.toWords();
            for (int round = 0; round < 16; round++) {
                try (Dealing dealing = Dealer.deal(SET, COMMITTEE, Samples.updateId(round), secret, random)) {
                    TreeMap<Integer, int[]> some = new TreeMap<>();
                    for (SharePacket packet : dealing.packets()) {
                        some.put(packet.member(), packet.share());
                    }
                    assertThat(Shamir.interpolateAtZero(SET, some)).isEqualTo(words);
                    some.remove(1);
                    some.remove(2);
                    assertThat(some).hasSize(COMMITTEE.threshold() - 1);
                    int[] wrong = Shamir.interpolateAtZero(SET, some);
                    int[] share = some.get(3);
                    for (int k = 0; k < words.length; k++) {
                        shares.add(RING.subtract(share[k], words[k]));
                        tooFew.add(RING.subtract(wrong[k], words[k]));
                    }
                }
            }
        }
        shares.assertUniform("shares less the secret");
        tooFew.assertUniform("what too few shares give, less the secret");
    }

    @Test
    void blindsAreRandomPolynomialsOfFullDegree() {
        Set<Integer> values = new HashSet<>();
        int blinds = 0;
        try (MaskSecret secret = MaskSecret.fresh(SET, random)) {
            for (int round = 0; round < 4; round++) {
                try (Dealing dealing = Dealer.deal(SET, COMMITTEE, Samples.updateId(1), secret, random)) {
                    TreeMap<Integer, int[]> all = new TreeMap<>();
                    for (SharePacket packet : dealing.packets()) {
                        all.put(packet.member(), packet.blindInPlace().clone());
                    }
                    assertThat(Shamir.consistent(SET, COMMITTEE.threshold(), all))
                            .isTrue();
                    assertThat(Shamir.consistent(SET, COMMITTEE.threshold() - 1, all))
                            .isFalse();
                    all.put(0, Shamir.interpolateAtZero(SET, all));
                    for (int[] words : all.values()) {
                        Arrays.stream(words).forEach(values::add);
                        blinds += words.length;
                    }
                }
            }
        }
        assertThat(values).as("distinct values of blinds").hasSize(blinds);
    }

    @Test
    void saltsAndCommitmentsNeverRepeat() {
        List<String> salts = new ArrayList<>();
        Set<Digest> commitments = new HashSet<>();
        try (MaskSecret secret = MaskSecret.fresh(SET, random)) {
            for (int round = 0; round < 4; round++) {
                try (Dealing dealing = Dealer.deal(SET, COMMITTEE, Samples.updateId(1), secret, random)) {
                    for (SharePacket packet : dealing.packets()) {
                        byte[] bytes = packet.encode();
                        salts.add(Arrays.toString(Arrays.copyOfRange(bytes, bytes.length - 32, bytes.length)));
                    }
                    commitments.addAll(dealing.commitments());
                }
            }
        }
        assertThat(salts).hasSize(16).doesNotHaveDuplicates().doesNotContain(Arrays.toString(new byte[32]));
        assertThat(commitments).hasSize(16);
    }

    @Test
    void aSecretOfAnotherSetIsNotDealt() {
        ParameterSet small = new ParameterSet("SMALL", 1024, SET.q(), 6.4, 13);
        try (MaskSecret secret = MaskSecret.fresh(small, random)) {
            assertThatThrownBy(() -> Dealer.deal(SET, COMMITTEE, Samples.updateId(1), secret, random))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
