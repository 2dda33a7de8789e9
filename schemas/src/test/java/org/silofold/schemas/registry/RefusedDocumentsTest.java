package org.silofold.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Role;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.schemas.registry.RegistryDocuments.Document;

/** What is refused with a reason and changes nothing. */
final class RefusedDocumentsTest extends ViewFixture {
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

    /** But for bundles with a bad signature: those may be signed with a key that is enrolled later, and wait. */
    @Test
    void junkIsRefusedWithAReasonAndChangesNothing() {
        parties.complete(MODEL).forEach(this::apply);
        List<byte[]> before = view.records();
        Random random = new Random(4);
        List<Document> documents = parties.complete(MODEL);
        for (int i = 0; i < 2000; i++) {
            Document document = documents.get(random.nextInt(documents.size()));
            byte[] junk = document.record().clone();
            int at = random.nextInt(junk.length);
            junk[at] ^= (byte) (1 + random.nextInt(255));
            List<byte[]> held = view.records();
            String what = document.key() + " with byte " + at + " changed";
            try {
                assertThat(view.apply(document.keyBytes(), junk)).as(what).isFalse();
                assertThat(document.key()).as(what).startsWith("key-bundle/");
            } catch (RejectedException e) {
                assertThat(view.records()).as(what).containsExactlyElementsOf(held);
            }
            assertThat(view.records()).as(what).startsWith(before.toArray(byte[][]::new));
        }
        // The newest of each of five parties' one epoch.
        assertThat(view.records()).hasSizeLessThanOrEqualTo(before.size() + 5);
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
}
