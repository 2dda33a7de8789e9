package org.silofold.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.silofold.protocol.kem.KemPublicKey;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.registry.RegistryDocuments.Document;

/** A party's keys by epoch: whose they are, which counts, and how many wait or are kept. */
final class KeysInViewTest extends ViewFixture {
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
        assertThat(apply(inItsName)).isFalse();
        assertThat(view.kemKey("basel", 1)).isEmpty();
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
    void aForgedBundleThatWaitsIsNoKeyAfterTheEnrolmentAndHidesNone() {
        Document forged = new RegistryDocuments("heart", "basel", parties.signing("lyon"))
                .keyBundle(1, 9, 0, 10, parties.kem("lyon"));
        assertThat(apply(forged)).isFalse();
        assertThat(view.kemKey("basel", 1)).isEmpty();
        assertThat(apply(parties.enrol("basel", Role.SILO, 1))).isTrue();
        assertThat(view.kemKey("basel", 1)).isEmpty();
        assertThat(apply(parties.documents("basel").keyBundle(1, 1, 0, 10, parties.kem("basel"))))
                .isTrue();
        assertThat(view.kemKey("basel", 1)).contains(parties.kem("basel"));
    }

    @Test
    void whatWaitsIsBounded() {
        RegistryDocuments anyone = parties.documents("lyon");
        for (int i = 0; i < PendingBundles.MAX_RECORDS; i++) {
            Document bundle = new RegistryDocuments("heart", "stranger-" + i, anyone.key())
                    .keyBundle(1, 1, 0, 10, parties.kem("lyon"));
            assertThat(apply(bundle)).isFalse();
            assertThat(apply(bundle)).isFalse();
        }
        Document one =
                new RegistryDocuments("heart", "stranger", anyone.key()).keyBundle(1, 1, 0, 10, parties.kem("lyon"));
        refused(Reason.UNKNOWN_SENDER, () -> apply(one));
        assertThat(view.records()).hasSize(PendingBundles.MAX_RECORDS);
    }

    /** Enrolments and key bundles lie in different topics: whoever reads a party's whole topic first loses none of its newest keys. */
    @Test
    void theNewestEpochsOfASubjectWaitForItsEnrolment() {
        RegistryDocuments basel = parties.documents("basel");
        int newest = RegistryView.MAX_EPOCHS + 2;
        for (int epoch = 1; epoch <= newest; epoch++) {
            assertThat(apply(basel.keyBundle(epoch, 1, 0, 10, parties.kem("basel"))))
                    .isFalse();
        }
        refused(Reason.OLD_DOCUMENT, () -> apply(basel.keyBundle(1, 1, 0, 10, parties.kem("basel"))));
        assertThat(view.records()).hasSize(RegistryView.MAX_EPOCHS);
        assertThat(apply(parties.enrol("basel", Role.SILO, 1))).isTrue();
        for (int epoch = 1; epoch <= newest; epoch++) {
            assertThat(view.kemKey("basel", epoch).isPresent())
                    .as("epoch %d", epoch)
                    .isEqualTo(epoch > 2);
        }
        assertThat(view.subjects()).containsExactly("basel");
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

    /** Before compaction the registry holds older enrolments too. */
    @Test
    void aBundleOutlivesAnOlderEnrolmentThatIsReadBeforeItsOwn() {
        SigningKey next = parties.signing("spare");
        assertThat(apply(new RegistryDocuments("heart", "basel", next).keyBundle(1, 1, 0, 10, parties.kem("basel"))))
                .isFalse();
        apply(parties.enrol("basel", Role.SILO, 1));
        assertThat(view.kemKey("basel", 1)).isEmpty();
        apply(parties.authority().enrolment("basel", "org-basel", Role.SILO, 2, 0, 1_000_000, next.verifyingKey()));
        assertThat(view.kemKey("basel", 1)).contains(parties.kem("basel"));
    }

    /** An agent publishes under its new identity while the authority's document is still on its way to this reader. */
    @Test
    void aBundleUnderTheNextIdentityWaitsForItsEnrolment() {
        parties.complete(MODEL).forEach(this::apply);
        SigningKey next = parties.signing("spare");
        KemPublicKey fresh = parties.kem("turin");
        assertThat(apply(new RegistryDocuments("heart", "basel", next).keyBundle(1, 1, 0, 10, fresh)))
                .isFalse();
        assertThat(view.kemKey("basel", 1)).contains(parties.kem("basel"));
        // What waits is neither forgotten with a restart nor with another document of the same identity.
        view = RegistryView.restore("heart", parties.authorityKey(), view.records());
        assertThat(apply(parties.enrol("basel", Role.SILO, 2))).isTrue();
        assertThat(view.kemKey("basel", 1)).contains(parties.kem("basel"));
        assertThat(apply(parties.authority()
                        .enrolment("basel", "org-basel", Role.SILO, 3, 0, 1_000_000, next.verifyingKey())))
                .isTrue();
        assertThat(view.kemKey("basel", 1)).contains(fresh);
        assertThat(view.ready(MODEL)).isTrue();
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
}
