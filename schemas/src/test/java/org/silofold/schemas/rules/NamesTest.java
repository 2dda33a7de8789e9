package org.silofold.schemas.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silofold.protocol.reason.RejectedException;

class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "basel", "hospital-2", "a-", "a--b"})
    void names(String name) {
        assertThat(Names.isName(name)).isTrue();
        assertThat(Names.require(name, "silo")).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "A", "a|b", "a/b", "a.b", "a b", "\u00e9", "a\n", "a_b"})
    void others(String text) {
        assertThat(Names.isName(text)).isFalse();
        assertThatThrownBy(() -> Names.require(text, "silo"))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("silo");
    }

    @Test
    void aNameHasAtMost63Characters() {
        assertThat(Names.isName("a".repeat(63))).isTrue();
        assertThat(Names.isName("a".repeat(64))).isFalse();
    }

    @Property(tries = 2000, seed = "77")
    void anyTextIsMadeToFitALine(@ForAll String text) {
        String line = Texts.oneLine(text, 40);
        assertThat(Texts.isOneLine(line, 40)).isTrue();
        if (Texts.isOneLine(text, 40)) {
            assertThat(line).isEqualTo(text);
        }
    }
}
