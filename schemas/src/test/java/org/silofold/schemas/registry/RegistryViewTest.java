package org.silofold.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.registry.Role;
import org.silofold.schemas.registry.RegistryDocuments.Document;

/** What a view answers, from any order of documents, and which of two documents counts. */
final class RegistryViewTest extends ViewFixture {
    @Test
    void aCompleteRegistryAnswersEverything() {
        parties.complete(MODEL).forEach(document -> assertThat(apply(document)).isTrue());
        assertThat(view.ready(MODEL)).isTrue();
        assertThat(view.models()).containsExactly(MODEL);
        assertThat(view.identityKey("basel")).contains(parties.signing("basel").verifyingKey());
        assertThat(view.organisation("basel")).contains("org-basel");
        assertThat(view.kemKey("basel", 1)).contains(parties.kem("basel"));
        assertThat(view.kemKey("basel", 2)).isEmpty();
        assertThat(view.keyBundle("basel", 1)).isPresent();
        assertThat(view.committeeSize().orElseThrow().threshold()).isEqualTo(3);
        assertThat(view.policyDigest(MODEL)).isPresent();
        Context context = view.context(MODEL, "basel", Purpose.UPDATE_SHARD);
        assertThat(context)
                .isEqualTo(new Context(
                        1,
                        Suite.ML_KEM_768_ML_DSA_65.text(),
                        "heart",
                        1,
                        view.rosterDigest().orElseThrow(),
                        1,
                        MODEL,
                        "basel",
                        Purpose.UPDATE_SHARD));
        view.requireCurrent(context);
    }

    @Test
    void anyOrderLeadsToTheSameView() {
        List<Document> documents = parties.complete(MODEL);
        for (int seed = 0; seed < 20; seed++) {
            List<Document> shuffled = new ArrayList<>(documents);
            Collections.shuffle(shuffled, new Random(seed));
            empty();
            shuffled.forEach(this::apply);
            assertThat(view.ready(MODEL)).as("seed %d", seed).isTrue();
            assertThat(view.records()).hasSameSizeAs(documents);
        }
    }

    @Test
    void nothingIsReadyWhileAnythingIsMissing() {
        List<Document> documents = parties.complete(MODEL);
        for (Document missing : documents) {
            empty();
            documents.stream().filter(d -> !d.key().equals(missing.key())).forEach(this::apply);
            assertThat(view.ready(MODEL)).as("without %s", missing.key()).isFalse();
        }
    }

    @Test
    void aViewIsRestoredFromItsRecords() {
        parties.complete(MODEL).forEach(this::apply);
        Document waiting = parties.documents("turin").keyBundle(1, 1, 0, 10, parties.kem("turin"));
        assertThat(apply(waiting)).isFalse();
        RegistryView restored = RegistryView.restore("heart", parties.authorityKey(), view.records());
        assertThat(restored.records()).containsExactlyElementsOf(view.records());
        assertThat(restored.ready(MODEL)).isTrue();
        Document enrolment = parties.enrol("turin", Role.SILO, 1);
        assertThat(restored.apply(enrolment.keyBytes(), enrolment.record())).isTrue();
        assertThat(restored.kemKey("turin", 1)).contains(parties.kem("turin"));
    }

    @Test
    void equalDocumentsAreIgnoredAndOlderOnesRefused() {
        Document first = parties.enrol("basel", Role.SILO, 5);
        assertThat(apply(first)).isTrue();
        assertThat(apply(first)).isFalse();
        // The same document, signed once more: hedged signatures differ, what they say does not.
        assertThat(apply(parties.enrol("basel", Role.SILO, 5))).isFalse();
        refused(Reason.OLD_DOCUMENT, () -> apply(parties.enrol("basel", Role.SILO, 4)));
        refused(Reason.OLD_DOCUMENT, () -> apply(parties.enrol("basel", Role.MEMBER, 5)));
        assertThat(apply(parties.enrol("basel", Role.MEMBER, 6))).isTrue();
        assertThat(view.enrolment("basel").orElseThrow().role()).isEqualTo(Role.MEMBER);
    }

    @Test
    void rostersOnlyGoForward() {
        assertThat(apply(parties.roster(2, 7))).isTrue();
        Digest digest = view.rosterDigest().orElseThrow();
        refused(Reason.OLD_DOCUMENT, () -> apply(parties.roster(3, 6)));
        refused(Reason.OLD_DOCUMENT, () -> apply(parties.roster(1, 8)));
        assertThat(apply(parties.roster(3, 8))).isTrue();
        assertThat(view.rosterDigest().orElseThrow()).isNotEqualTo(digest);
    }

    @Test
    void anotherRosterOfTheSameEpochLowersNoThreshold() {
        assertThat(apply(parties.roster(1, 1))).isTrue();
        Digest digest = view.rosterDigest().orElseThrow();
        int threshold = view.committeeSize().orElseThrow().threshold();
        List<String> fewer = Parties.SILOS.subList(0, 3);
        Document smaller = parties.authority().roster(1, 2, Parties.SILOS, fewer, "aggregator", List.of(), 1_000_000);
        refused(Reason.OLD_DOCUMENT, () -> apply(smaller));
        assertThat(apply(parties.roster(1, 1))).isFalse();
        assertThat(view.rosterDigest()).contains(digest);
        assertThat(view.committeeSize().orElseThrow().threshold()).isEqualTo(threshold);
    }

    @Test
    void revocationAndValidityAreTimes() {
        assertThat(view.isRevoked("basel", 50)).isFalse();
        apply(parties.authority()
                .enrolment(
                        "basel",
                        "org-basel",
                        Role.SILO,
                        1,
                        10,
                        100,
                        parties.signing("basel").verifyingKey()));
        assertThat(view.isRevoked("basel", 9)).isTrue();
        assertThat(view.isRevoked("basel", 10)).isFalse();
        assertThat(view.isRevoked("basel", 100)).isFalse();
        assertThat(view.isRevoked("basel", 101)).isTrue();
        assertThat(view.revocation("basel")).isEmpty();
        assertThat(apply(parties.authority().revocation("basel", 1, 60, "key lost")))
                .isTrue();
        assertThat(view.isRevoked("basel", 59)).isFalse();
        assertThat(view.isRevoked("basel", 60)).isTrue();
        assertThat(view.revocation("basel").orElseThrow().fromMillis()).isEqualTo(60);
        apply(parties.enrol("basel", Role.SILO, 2));
        assertThat(view.isRevoked("basel", 60))
                .as("an enrolment takes no revocation back")
                .isTrue();
    }

    @Test
    void aSuspensionEndsAndAReinstatementEndsARevocation() {
        apply(parties.enrol("basel", Role.SILO, 1));
        apply(parties.authority().revocation("basel", 1, 60, "audit", 80));
        assertThat(view.isRevoked("basel", 59)).isFalse();
        assertThat(view.isRevoked("basel", 60)).isTrue();
        assertThat(view.isRevoked("basel", 79)).isTrue();
        assertThat(view.isRevoked("basel", 80)).isFalse();
        apply(parties.authority().revocation("basel", 2, 100, "key lost"));
        assertThat(view.isRevoked("basel", 70)).isFalse();
        assertThat(view.isRevoked("basel", 999_999)).isTrue();
        apply(parties.authority().revocation("basel", 3, 200, "found", 200));
        assertThat(view.isRevoked("basel", 199)).isFalse();
        assertThat(view.isRevoked("basel", 200)).isFalse();
        refused(Reason.OLD_DOCUMENT, () -> apply(parties.authority().revocation("basel", 2, 100, "key lost")));
    }

    @Test
    void voidVersionsAreKeptByVersion() {
        Digest one = Digest.sha256(bytes("one"));
        Digest two = Digest.sha256(bytes("two"));
        assertThat(apply(parties.authority().voidVersion(MODEL, 1, 7, one, "lost")))
                .isTrue();
        assertThat(apply(parties.authority().voidVersion(MODEL, 1, 8, two, "lost")))
                .isTrue();
        assertThat(view.voidVersion(MODEL, 7).orElseThrow().previousDigest()).isEqualTo(one);
        assertThat(view.voidVersion(MODEL, 8).orElseThrow().previousDigest()).isEqualTo(two);
        assertThat(view.voidVersion(MODEL, 9)).isEmpty();
        assertThat(view.voidVersion("ris", 7)).isEmpty();
        Digest digest = view.voidVersionDigest(MODEL, 7).orElseThrow();
        refused(Reason.OLD_DOCUMENT, () -> apply(parties.authority().voidVersion(MODEL, 1, 7, two, "lost")));
        assertThat(apply(parties.authority().voidVersion(MODEL, 2, 7, two, "lost")))
                .isTrue();
        assertThat(view.voidVersionDigest(MODEL, 7).orElseThrow()).isNotEqualTo(digest);
        refused(Reason.BAD_SIGNATURE, () -> apply(parties.documents("basel").voidVersion(MODEL, 1, 10, one, "mine")));
        RegistryView restored = RegistryView.restore("heart", parties.authorityKey(), view.records());
        assertThat(restored.voidVersionDigest(MODEL, 7)).isEqualTo(view.voidVersionDigest(MODEL, 7));
    }

    @Test
    void theNewestVoidVersionsAreKept() {
        for (int version = 2; version < RegistryView.MAX_VOIDS + 2; version++) {
            apply(parties.authority().voidVersion(MODEL, 1, version, Digest.ZERO, ""));
        }
        refused(Reason.OLD_DOCUMENT, () -> apply(parties.authority().voidVersion(MODEL, 1, 1, Digest.ZERO, "")));
        assertThat(apply(parties.authority().voidVersion(MODEL, 1, 5000, Digest.ZERO, "")))
                .isTrue();
        assertThat(view.voidVersion(MODEL, 2)).isEmpty();
        assertThat(view.voidVersion(MODEL, 3)).isPresent();
        assertThat(view.voidVersion(MODEL, 5000)).isPresent();
        assertThat(view.records()).hasSize(RegistryView.MAX_VOIDS);
        assertThat(apply(parties.authority().voidVersion("other", 1, 1, Digest.ZERO, "")))
                .isTrue();
    }

    @Test
    void contextsOfOtherTimesAndPlacesAreRefused() {
        parties.complete(MODEL).forEach(this::apply);
        Context now = view.context(MODEL, "basel", Purpose.UPDATE_SHARD);
        Digest roster = now.rosterDigest();
        refused(Reason.WRONG_FEDERATION, () -> view.requireCurrent(with(now, "liver", 1, roster, 1, MODEL)));
        refused(Reason.WRONG_EPOCH, () -> view.requireCurrent(with(now, "heart", 2, roster, 1, MODEL)));
        refused(Reason.WRONG_EPOCH, () -> view.requireCurrent(with(now, "heart", 1, Digest.ZERO, 1, MODEL)));
        refused(Reason.WRONG_POLICY, () -> view.requireCurrent(with(now, "heart", 1, roster, 0, MODEL)));
        refused(Reason.WRONG_POLICY, () -> view.requireCurrent(with(now, "heart", 1, roster, 2, MODEL)));
        refused(Reason.UNKNOWN_MODEL, () -> view.requireCurrent(with(now, "heart", 1, roster, 1, "other")));
        refused(Reason.UNKNOWN_MODEL, () -> view.context("other", "basel", Purpose.UPDATE_SHARD));
        apply(parties.authority().policy(MODEL, context -> Parties.policy(context, 2, List.of("some-other-suite"))));
        refused(Reason.UNSUPPORTED_SUITE, () -> view.requireCurrent(with(now, "heart", 1, roster, 2, MODEL)));
        refused(Reason.UNSUPPORTED_SUITE, () -> view.context(MODEL, "basel", Purpose.UPDATE_SHARD));
        empty();
        refused(Reason.WRONG_EPOCH, () -> view.requireCurrent(now));
        refused(Reason.WRONG_EPOCH, () -> view.context(MODEL, "basel", Purpose.UPDATE_SHARD));
    }

    private static Context with(Context c, String federation, int epoch, Digest roster, long policy, String model) {
        return new Context(c.version(), c.suite(), federation, epoch, roster, policy, model, c.sender(), c.purpose());
    }
}
