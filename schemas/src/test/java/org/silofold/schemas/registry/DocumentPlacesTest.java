package org.silofold.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Role;
import org.silofold.schemas.TopicKind;
import org.silofold.schemas.Topics;
import org.silofold.schemas.registry.RegistryDocuments.Document;

/** Which document may lie in which topic. */
class DocumentPlacesTest {
    private static final Topics.Parsed REGISTRY = new Topics.Parsed(TopicKind.REGISTRY, "");
    private static final Topics.Parsed OF_BASEL = new Topics.Parsed(TopicKind.KEYS, "basel");

    private final Parties parties = new Parties("heart");
    private RegistryView view;

    @BeforeEach
    void enrol() {
        view = new RegistryView("heart", parties.authorityKey());
        for (String party : List.of("basel", "lyon")) {
            Document enrolment = parties.enrol(party, Role.SILO, 1);
            assertThat(view.apply(REGISTRY, enrolment.keyBytes(), enrolment.record()))
                    .isTrue();
        }
    }

    private Document bundle(String party) {
        return parties.documents(party).keyBundle(1, 1, 0, 10, parties.kem(party));
    }

    private void refused(Reason reason, Topics.Parsed topic, byte[] key, byte[] record) {
        List<byte[]> before = view.records();
        assertThatThrownBy(() -> view.apply(topic, key, record))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
        assertThat(view.records()).containsExactlyElementsOf(before);
    }

    @Test
    void aPartysOwnTopicHoldsItsKeyBundles() {
        Document own = bundle("basel");
        assertThat(view.apply(OF_BASEL, own.keyBytes(), own.record())).isTrue();
        assertThat(view.kemKey("basel", 1)).contains(parties.kem("basel"));
        assertThat(view.keyBundleRecord("basel", 1)).contains(own.record());
    }

    @Test
    void anotherPartysKeyHasNoPlaceThere() {
        Document lyons = bundle("lyon");
        refused(Reason.WRONG_SENDER, OF_BASEL, lyons.keyBytes(), new byte[40]);
        // Genuine, and replayed to where it does not belong.
        refused(Reason.WRONG_SENDER, OF_BASEL, lyons.keyBytes(), lyons.record());
        refused(Reason.WRONG_SENDER, OF_BASEL, "key-bundle/basel-2/1".getBytes(StandardCharsets.UTF_8), new byte[40]);
        // Under one's own key, signed by another, and signed by oneself in another's name.
        Document own = bundle("basel");
        refused(Reason.BAD_SIGNATURE, OF_BASEL, own.keyBytes(), lyons.record());
        Document inLyonsName = new RegistryDocuments("heart", "lyon", parties.signing("basel"))
                .keyBundle(1, 1, 0, 10, parties.kem("basel"));
        refused(Reason.WRONG_SENDER, OF_BASEL, own.keyBytes(), inLyonsName.record());
    }

    @Test
    void theAuthoritysDocumentsHaveNoPlaceThere() {
        Document roster = parties.roster(1, 1);
        refused(Reason.WRONG_PURPOSE, OF_BASEL, roster.keyBytes(), roster.record());
        Document enrolment = parties.enrol("basel", Role.AGGREGATOR, 2);
        refused(Reason.WRONG_PURPOSE, OF_BASEL, enrolment.keyBytes(), enrolment.record());
        refused(Reason.WRONG_PURPOSE, OF_BASEL, null, roster.record());
        assertThat(view.apply(REGISTRY, roster.keyBytes(), roster.record())).isTrue();
    }

    @Test
    void theAuthorityHandsOnTheKeyBundleOfARequest() {
        Document own = bundle("basel");
        assertThat(view.apply(REGISTRY, own.keyBytes(), own.record())).isTrue();
        // Its party says the same again in its own topic.
        assertThat(view.apply(OF_BASEL, own.keyBytes(), own.record())).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = TopicKind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"REGISTRY", "KEYS"})
    void otherTopicsHoldNoDocuments(TopicKind kind) {
        Document own = bundle("basel");
        refused(Reason.WRONG_PURPOSE, new Topics.Parsed(kind, "basel"), own.keyBytes(), own.record());
    }
}
