package org.silofold.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import org.junit.jupiter.api.Test;

/** Earlier schemas are the beginnings of the newest one. */
class RevisionsTest {
    private static final String A = "{'name': 'a', 'type': 'int'}";
    private static final String B2 = "{'name': 'b', 'type': 'int', 'default': 0, 'since': 2}";
    private static final String C2 = "{'name': 'c', 'type': 'int', 'default': 0, 'since': 2}";
    private static final String D4 = "{'name': 'd', 'type': 'int', 'default': 0, 'since': 4}";

    private static Schema record(String properties, String... fields) {
        String json =
                "{'type': 'record', 'name': 'R', " + properties + "'fields': [" + String.join(", ", fields) + "]}";
        return new SchemaParser().parse(json.replace('\'', '"')).mainSchema();
    }

    private static List<List<String>> names(Schema newest) {
        return Revisions.of(newest).stream()
                .map(schema ->
                        schema.getFields().stream().map(Schema.Field::name).toList())
                .toList();
    }

    @Test
    void aSchemaThatNeverChangedHasOneRevision() {
        Schema schema = record("", A);
        assertThat(Revisions.of(schema)).containsExactly(schema);
    }

    @Test
    void theNewestComesFirst() {
        assertThat(names(record("", A, B2, C2, D4)))
                .containsExactly(List.of("a", "b", "c", "d"), List.of("a", "b", "c"), List.of("a"));
        assertThat(Revisions.of(record("", A, B2)).get(1)).isEqualTo(record("", A));
    }

    @Test
    void aTypeThatCameLaterBeginsThere() {
        assertThat(names(record("'since': 2, ", A))).containsExactly(List.of("a"));
        assertThat(names(record("'since': 2, ", A, C2, D4))).containsExactly(List.of("a", "c", "d"), List.of("a", "c"));
    }

    @Test
    void whatIsAddedStandsAtTheEndAndHasADefault() {
        assertThatThrownBy(() -> Revisions.of(record("", A, B2, "{'name': 'x', 'type': 'int'}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("R.b");
        assertThatThrownBy(() -> Revisions.of(record("", A, D4, C2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("R.d");
        assertThatThrownBy(() -> Revisions.of(record("", A, "{'name': 'x', 'type': 'int', 'since': 2}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("R.x");
    }
}
