package org.silofold.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.kem.KemPublicKey;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.schemas.registry.RegistryDocuments.Document;

class RegistryViewTest {
    private static final String MODEL = "risk";

    private final Parties parties = new Parties("heart");
    private RegistryView view;

    @BeforeEach
    void empty() {
        view = new RegistryView("heart", parties.authorityKey());
    }

    private boolean apply(Document document) {
        return view.apply(document.keyBytes(), document.record());
    }

    private void refused(Reason reason, ThrowingCallable call) {
        List<byte[]> before = view.records();
        assertThatThrownBy(call).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                .isEqualTo(reason));
        assertThat(view.records()).containsExactlyElementsOf(before);
    }

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
    void onlyTheAuthoritySignsWhatIsTheAuthoritys() {
        RegistryDocuments impostor = new RegistryDocuments("heart", "authority", parties.signing("basel"));
        Document forged = impostor.revocation("lyon", 1, 0, "mine");
        refused(Reason.BAD_SIGNATURE, () -> apply(forged));
        Document enrolment = impostor.enrolment(
                "basel",
                "org",
                Role.AGGREGATOR,
                9,
                0,
                10,
                parties.signing("basel").verifyingKey());
        refused(Reason.BAD_SIGNATURE, () -> apply(enrolment));
    }

    @Test
    void aPartysKeyBundleIsItsOwn() {
        apply(parties.enrol("basel", Role.SILO, 1));
        apply(parties.enrol("lyon", Role.SILO, 1));
        Document ofLyon = parties.documents("lyon").keyBundle(1, 1, 0, 10, parties.kem("lyon"));
        // Under another's key in the topic, signed by oneself.
        refused(Reason.BAD_SIGNATURE, () -> view.apply(bytes("key-bundle/basel/1"), ofLyon.record()));
        // In another's name.
        Document inItsName = new RegistryDocuments("heart", "basel", parties.signing("lyon"))
                .keyBundle(1, 1, 0, 10, parties.kem("lyon"));
        refused(Reason.BAD_SIGNATURE, () -> apply(inItsName));
        // For another epoch than the key says.
        refused(Reason.INVALID_FIELD, () -> view.apply(bytes("key-bundle/lyon/2"), ofLyon.record()));
        assertThat(apply(ofLyon)).isTrue();
    }

    @Test
    void theNewestKeyOfAnEpochCounts() {
        apply(parties.enrol("basel", Role.SILO, 1));
        KemPublicKey other = parties.kem("lyon");
        assertThat(apply(parties.documents("basel").keyBundle(1, 1, 0, 10, parties.kem("basel"))))
                .isTrue();
        assertThat(apply(parties.documents("basel").keyBundle(1, 2, 0, 10, other)))
                .isTrue();
        assertThat(view.kemKey("basel", 1)).contains(other);
        refused(
                Reason.OLD_DOCUMENT,
                () -> apply(parties.documents("basel").keyBundle(1, 1, 0, 10, parties.kem("basel"))));
    }

    @Test
    void aForgedBundleThatWaitsIsDroppedAtTheEnrolment() {
        Document forged = new RegistryDocuments("heart", "basel", parties.signing("lyon"))
                .keyBundle(1, 9, 0, 10, parties.kem("lyon"));
        assertThat(apply(forged)).isFalse();
        assertThat(view.kemKey("basel", 1)).isEmpty();
        assertThat(apply(parties.enrol("basel", Role.SILO, 1))).isTrue();
        assertThat(view.kemKey("basel", 1)).isEmpty();
        assertThat(view.records()).hasSize(1);
        assertThat(apply(parties.documents("basel").keyBundle(1, 1, 0, 10, parties.kem("basel"))))
                .isTrue();
    }

    @Test
    void whatWaitsIsBounded() {
        RegistryDocuments anyone = parties.documents("lyon");
        for (int i = 0; i < PendingBundles.MAX_SUBJECTS; i++) {
            Document bundle = new RegistryDocuments("heart", "stranger-" + i, anyone.key())
                    .keyBundle(1, 1, 0, 10, parties.kem("lyon"));
            assertThat(apply(bundle)).isFalse();
            assertThat(apply(bundle)).isFalse();
        }
        Document one =
                new RegistryDocuments("heart", "stranger", anyone.key()).keyBundle(1, 1, 0, 10, parties.kem("lyon"));
        refused(Reason.UNKNOWN_SENDER, () -> apply(one));
        assertThat(view.records()).hasSize(PendingBundles.MAX_SUBJECTS);
    }

    @Test
    void keysAreKeptForSomeEpochsAndNobodyPushesTheCurrentOneOut() {
        parties.complete(MODEL).forEach(this::apply);
        RegistryDocuments basel = parties.documents("basel");
        for (int epoch = 2; epoch <= RegistryView.MAX_EPOCHS; epoch++) {
            assertThat(apply(basel.keyBundle(epoch, 1, 0, 10, parties.kem("basel"))))
                    .isTrue();
        }
        Document tooFar = basel.keyBundle(RegistryView.MAX_EPOCHS + 1, 1, 0, 10, parties.kem("basel"));
        refused(Reason.INVALID_FIELD, () -> apply(tooFar));
        assertThat(view.ready(MODEL)).isTrue();
        apply(parties.roster(2, 2));
        assertThat(apply(tooFar)).isTrue();
        assertThat(view.kemKey("basel", 1)).isEmpty();
        refused(Reason.OLD_DOCUMENT, () -> apply(basel.keyBundle(1, 2, 0, 10, parties.kem("basel"))));
    }

    @Test
    void aNewIdentityKeyEndsWhatTheOldOneSigned() {
        parties.complete(MODEL).forEach(this::apply);
        assertThat(apply(parties.authority()
                        .enrolment(
                                "basel",
                                "org-basel",
                                Role.SILO,
                                2,
                                0,
                                100,
                                parties.signing("spare").verifyingKey())))
                .isTrue();
        assertThat(view.kemKey("basel", 1)).isEmpty();
        assertThat(view.ready(MODEL)).isFalse();
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

    @Test
    void documentsOfAnotherFederationAreRefused() {
        RegistryDocuments elsewhere =
                new RegistryDocuments("liver", "authority", parties.authority().key());
        refused(Reason.WRONG_FEDERATION, () -> apply(elsewhere.revocation("basel", 1, 0, "")));
    }

    @Test
    void aDocumentUnderAnothersKeyIsRefused() {
        Document policy = parties.authority()
                .policy(MODEL, context -> Parties.policy(context, 1, List.of(Suite.ML_KEM_768_ML_DSA_65.text())));
        refused(Reason.INVALID_FIELD, () -> view.apply(bytes("policy/other"), policy.record()));
        refused(Reason.BAD_SIGNATURE, () -> view.apply(bytes("roster"), policy.record()));
        refused(Reason.WRONG_PURPOSE, () -> view.apply(bytes("anything"), policy.record()));
        refused(Reason.MALFORMED_FRAME, () -> view.apply(null, policy.record()));
        refused(Reason.MALFORMED_FRAME, () -> view.apply(bytes("roster"), null));
    }

    @Test
    void anEnrolmentOfSomethingThatIsNoKeyIsRefused() {
        byte[] junk = {1, 2, 3};
        Document document = parties.authority()
                .sign(
                        new org.silofold.protocol.registry.Enrolment(
                                parties.authority().context("", Purpose.ENROLMENT),
                                "basel",
                                "org",
                                Role.SILO,
                                1,
                                0,
                                1,
                                Digest.sha256(junk)),
                        junk);
        refused(Reason.INVALID_FIELD, () -> apply(document));
    }

    @Test
    void junkIsRefusedWithAReasonAndChangesNothing() {
        parties.complete(MODEL).forEach(this::apply);
        Random random = new Random(4);
        List<Document> documents = parties.complete(MODEL);
        for (int i = 0; i < 2000; i++) {
            Document document = documents.get(random.nextInt(documents.size()));
            byte[] junk = document.record().clone();
            int at = random.nextInt(junk.length);
            junk[at] ^= (byte) (1 + random.nextInt(255));
            List<byte[]> before = view.records();
            assertThatThrownBy(() -> view.apply(document.keyBytes(), junk))
                    .as("%s with byte %d changed", document.key(), at)
                    .isInstanceOf(RejectedException.class);
            assertThat(view.records()).containsExactlyElementsOf(before);
        }
        for (int i = 0; i < 2000; i++) {
            byte[] junk = new byte[random.nextInt(300)];
            random.nextBytes(junk);
            byte[] key = i % 2 == 0 ? bytes("key-bundle/turin/1") : junk;
            assertThatThrownBy(() -> view.apply(key, junk)).isInstanceOf(RejectedException.class);
        }
    }

    @Test
    void anEnrolmentRequestProvesPossession() {
        RegistryDocuments basel = parties.documents("basel");
        Document bundle = basel.keyBundle(1, 1, 0, 10, parties.kem("basel"));
        byte[] request = basel.enrolmentRequest("org-basel", Role.SILO, bundle);
        assertThat(RegistryDocuments.openRequest("heart", request).subject()).isEqualTo("basel");
        refused(Reason.WRONG_FEDERATION, () -> RegistryDocuments.openRequest("liver", request));
        Document another = parties.documents("lyon").keyBundle(1, 1, 0, 10, parties.kem("lyon"));
        byte[] withAnothers = basel.enrolmentRequest("org-basel", Role.SILO, another);
        refused(Reason.BAD_SIGNATURE, () -> RegistryDocuments.openRequest("heart", withAnothers));
        byte[] changed = request.clone();
        changed[changed.length - 1] ^= 1;
        refused(Reason.BAD_SIGNATURE, () -> RegistryDocuments.openRequest("heart", changed));
    }

    @Test
    void aSpecificationNeedsTensors() {
        refused(Reason.INVALID_FIELD, () -> parties.authority()
                .modelSpec(MODEL, 1, List.<TensorSpec>of(), List.of(), Digest.ZERO));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
