package org.silofold.silo.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.share.Shamir;
import org.silofold.protocol.share.ShareSum;
import org.silofold.schemas.SignedRecord;

/** From sealed packets to the secret sum, with real keys, shares and checks; and what comes of packets that are wrong. */
final class MemberSharesTest {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;

    @TempDir
    Path directory;

    private Committee committee;
    private Manifests manifests;

    @BeforeEach
    void open() {
        committee = new Committee(directory);
        manifests = new Manifests(committee.publicKeys());
    }

    @AfterEach
    void close() {
        committee.close();
    }

    private static MaskSecret secret(int seed) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) seed;
        return MaskSecret.fromSeed(SET, SecretBytes.takeOver(bytes));
    }

    private Optional<Reason> receipt(String member, SignedRecord<UpdateManifest> manifest) {
        MemberEffect first = committee.member(member).onManifest(manifest).get(0);
        assertThat(first).isInstanceOf(MemberEffect.SendReceipt.class);
        MemberEffect.SendReceipt receipt = (MemberEffect.SendReceipt) first;
        assertThat(receipt.context().model()).isEqualTo(Samples.MODEL);
        assertThat(receipt.entry().update()).isEqualTo(Manifests.ref(manifest));
        return receipt.entry().refused();
    }

    @Test
    void anyThreeResponsesOpenTheSumOfTheSecretsAndNothingElse() {
        List<UpdateRef> refs = new ArrayList<>();
        int[] expected = new int[SET.n()];
        for (int i = 1; i <= 3; i++) {
            MaskSecret secret = secret(i);
            ShareSum.add(SET, expected, secret.toWords());
            SignedRecord<UpdateManifest> manifest = manifests.manifest("silo-" + i, "u", secret, Manifests.Fault.NONE);
            refs.add(Manifests.ref(manifest));
            Committee.NAMES.forEach(name -> assertThat(receipt(name, manifest)).isEmpty());
        }
        UpdateRef[] cohort = refs.toArray(UpdateRef[]::new);
        Digest digest = Committee.digest(1, cohort);
        SortedMap<Integer, int[]> responses = new TreeMap<>();
        for (int j = 1; j <= 4; j++) {
            String name = "silo-" + j;
            committee.member(name).onRequest(Committee.request(1, cohort));
            List<MemberEffect> effects = new ArrayList<>();
            Committee.NAMES.forEach(
                    voter -> effects.addAll(committee.member(name).onVote(Committee.vote(voter, digest))));
            byte[] words = Committee.responses(effects).get(0).words();
            responses.put(j, Words.read(SET, words, 0, SET.n()));
        }
        assertThat(Shamir.consistent(SET, 3, responses)).isTrue();
        assertThat(Shamir.interpolateAtZero(SET, responses.headMap(4))).isEqualTo(expected);
        assertThat(Shamir.interpolateAtZero(SET, responses.tailMap(2))).isEqualTo(expected);
        assertThat(Shamir.interpolateAtZero(SET, responses.headMap(3))).isNotEqualTo(expected);

        committee.member("silo-1").onModelManifest(Committee.published(1, cohort));
        for (UpdateRef ref : refs) {
            assertThat(committee.store("silo-1").shares().share(ref)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "COMMITMENT, COMMITMENT_MISMATCH",
        "POLYNOMIAL, SHARE_CHECK_FAILED",
        "CIPHERTEXT, SEAL_BROKEN",
        "COPIED, SEAL_BROKEN",
        "SHORT, INVALID_FIELD",
        "REPETITIONS, INVALID_FIELD"
    })
    void aWrongPacketIsRefusedForGoodAndBarsTheCohort(Manifests.Fault fault, Reason reason) {
        SignedRecord<UpdateManifest> bad = manifests.manifest("silo-2", "bad", secret(2), fault);
        SignedRecord<UpdateManifest> good = manifests.manifest("silo-3", "good", secret(3), Manifests.Fault.NONE);
        assertThat(receipt("silo-1", bad)).contains(reason);
        assertThat(receipt("silo-1", bad)).as("again").contains(reason);
        assertThat(receipt("silo-1", good)).isEmpty();
        committee.restart("silo-1");
        assertThat(receipt("silo-1", bad)).as("after a restart").contains(reason);
        UpdateRef[] cohort = {Manifests.ref(bad), Manifests.ref(good)};
        List<MemberEffect> effects = committee.member("silo-1").onRequest(Committee.request(1, cohort));
        assertThat(Committee.votes(effects)).singleElement().satisfies(vote -> {
            assertThat(vote.refused()).contains(Reason.SHARES_NOT_ACCEPTED);
            assertThat(vote.inTheWay()).containsExactly(Manifests.ref(bad));
        });
        Digest digest = Committee.digest(1, cohort);
        for (String other : List.of("silo-2", "silo-3", "silo-4")) {
            assertThat(committee.member("silo-1").onVote(Committee.vote(other, digest)))
                    .as("holds no share of it")
                    .isEmpty();
        }
    }

    @Test
    void theFirstOfTwoManifestsStands() {
        SignedRecord<UpdateManifest> first = manifests.manifest("silo-2", "u", secret(1), Manifests.Fault.NONE);
        SignedRecord<UpdateManifest> second = manifests.manifest("silo-2", "u", secret(2), Manifests.Fault.NONE);
        assertThat(receipt("silo-1", first)).isEmpty();
        assertThat(receipt("silo-1", second)).contains(Reason.CONFLICTING_DUPLICATE);
        assertThat(receipt("silo-1", first)).isEmpty();
        MemberStore store = committee.store("silo-1");
        assertThat(store.shares().share(Manifests.ref(first))).isPresent();
        assertThat(store.shares().share(Manifests.ref(second))).isEmpty();
    }

    @Test
    void refusesAnotherPolicyAnExpiredUpdateAndOneThatLivesTooLong() {
        assertThat(receipt(
                        "silo-1",
                        manifests.manifest("silo-2", "a", secret(1), Manifests.Fault.NONE, 2, Samples.EXPIRY)))
                .contains(Reason.WRONG_POLICY);
        assertThat(receipt(
                        "silo-1", manifests.manifest("silo-2", "b", secret(1), Manifests.Fault.NONE, 1, Samples.NOW)))
                .contains(Reason.EXPIRED);
        long far = Samples.NOW + 1_200_001;
        assertThat(receipt("silo-1", manifests.manifest("silo-2", "c", secret(1), Manifests.Fault.NONE, 1, far)))
                .contains(Reason.CLOCK_OFF);
    }

    @Test
    void anotherEpochIsNoneOfItsBusiness() {
        SignedRecord<UpdateManifest> manifest = manifests.manifest("silo-2", "u", secret(1), Manifests.Fault.NONE);
        committee.registry = Samples.registry(2, Samples.policy(1, 2, 4, 1, 4));
        assertThatThrownBy(() -> committee.member("silo-1").onManifest(manifest))
                .isInstanceOf(RejectedException.class)
                .extracting(e -> ((RejectedException) e).reason())
                .isEqualTo(Reason.WRONG_EPOCH);
        assertThat(committee
                        .store("silo-1")
                        .shares()
                        .find("silo-2", manifest.message().core().updateId()))
                .isEmpty();
    }
}
