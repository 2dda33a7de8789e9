package org.silofold.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.registry.RegistryDocuments.Document;

/** A view of an empty registry, and the parties that sign for it. */
abstract class ViewFixture {
    static final String MODEL = "risk";

    final Parties parties = new Parties("heart");
    RegistryView view;

    @BeforeEach
    void empty() {
        view = new RegistryView("heart", parties.authorityKey());
    }

    boolean apply(Document document) {
        return view.apply(document.keyBytes(), document.record());
    }

    void refused(Reason reason, ThrowingCallable call) {
        List<byte[]> before = view.records();
        assertThatThrownBy(call).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                .isEqualTo(reason));
        assertThat(view.records()).containsExactlyElementsOf(before);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
