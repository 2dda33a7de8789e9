package org.silofold.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;

/** What every revision wrote is read by today's code, to the same values. */
class SchemaEvolutionTest {
    private static final Map<String, Schema> CURRENT = Baseline.schemas(Path.of("src/main/avro"));
    private static final Map<String, Schema> FIRST = Baseline.schemas(Path.of("src/test/resources/baseline/v1"));
    private static final Map<String, Schema> SECOND = Baseline.schemas(Path.of("src/test/resources/baseline/v2"));
    private static final Map<Purpose, Message> FIRST_SAMPLES = Samples.first();
    private static final Map<Purpose, Message> SAMPLES = RevisionTwoSamples.all();

    static Set<Purpose> firstPurposes() {
        return FIRST_SAMPLES.keySet();
    }

    @Test
    void noSchemaIsForgotten() {
        assertThat(FIRST).hasSize(31);
        assertThat(FIRST_SAMPLES).hasSize(18);
        assertThat(Set.copyOf(SAMPLES.keySet())).containsExactlyInAnyOrder(Purpose.values());
    }

    @Test
    void todaysSchemasReadWhatTheFirstWrote() {
        FIRST.forEach((name, writer) -> {
            SchemaPairCompatibility result =
                    SchemaCompatibility.checkReaderWriterCompatibility(CURRENT.get(name), writer);
            assertThat(result.getType()).as(result.getDescription()).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        });
    }

    /** While revision 2 is the newest, its schemas are today's, but for their docs. */
    @Test
    void theSchemasOfTheNewestRevisionDoNotChange() {
        assertThat(CURRENT).isEqualTo(SECOND);
    }

    /** What a reader derives from today's schemas is what revision 1 wrote with: no more types, no fewer, no other. */
    @Test
    void theFirstSchemasAreDerivedFromTodays() {
        Map<String, Schema> derived = new TreeMap<>();
        CURRENT.forEach((name, schema) -> {
            if (Revisions.since(schema) == 1) {
                derived.put(name, first(schema));
            }
        });
        assertThat(derived).isEqualTo(FIRST);
    }

    private static Schema first(Schema schema) {
        if (schema.getType() != Schema.Type.RECORD) {
            return schema;
        }
        var revisions = Revisions.of(schema);
        return revisions.get(revisions.size() - 1);
    }

    @Test
    void theGeneratedClassesAreOfTheseSchemas() {
        for (Purpose purpose : Purpose.values()) {
            Schema generated = HeaderType.of(purpose).binary().schema();
            assertThat(SchemaNormalization.toParsingForm(generated))
                    .isEqualTo(SchemaNormalization.toParsingForm(CURRENT.get(generated.getFullName())));
            assertThat(Revisions.of(generated)).hasSameSizeAs(Revisions.of(CURRENT.get(generated.getFullName())));
        }
    }

    @ParameterizedTest
    @MethodSource("firstPurposes")
    void headersOfTheFirstRevisionDecodeToTheirValuesAndDefaults(Purpose purpose) {
        assertThat(HeaderCodec.decode(purpose, Baseline.header(1, purpose)))
                .usingRecursiveComparison()
                .isEqualTo(FIRST_SAMPLES.get(purpose));
    }

    @ParameterizedTest
    @MethodSource("firstPurposes")
    void theNewestRevisionBeginsAsTheFirst(Purpose purpose) {
        byte[] golden = Baseline.header(1, purpose);
        byte[] now = HeaderCodec.encode(FIRST_SAMPLES.get(purpose));
        assertThat(now).startsWith(golden);
        boolean appended =
                Revisions.of(HeaderType.of(purpose).binary().schema()).size() > 1;
        assertThat(now.length > golden.length).isEqualTo(appended);
    }

    @ParameterizedTest
    @EnumSource(Purpose.class)
    void headersOfTheNewestRevisionAreTheirValues(Purpose purpose) {
        byte[] golden = Baseline.header(2, purpose);
        assertThat(HeaderCodec.decode(purpose, golden))
                .usingRecursiveComparison()
                .isEqualTo(SAMPLES.get(purpose));
        assertThat(HeaderCodec.encode(SAMPLES.get(purpose))).isEqualTo(golden);
    }

    /** Writer's schema: the first; reader's: today's. Avro's own resolution says the same as ours. */
    @ParameterizedTest
    @MethodSource("firstPurposes")
    void goldenHeadersResolveFromTheFirstSchemas(Purpose purpose) throws IOException {
        byte[] golden = Baseline.header(1, purpose);
        Schema current = HeaderType.of(purpose).binary().schema();
        GenericDatumReader<GenericRecord> reader =
                new GenericDatumReader<>(FIRST.get(current.getFullName()), CURRENT.get(current.getFullName()));
        GenericRecord resolved = reader.read(null, new StrictDecoder(golden));
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(again, null);
        new GenericDatumWriter<GenericRecord>(CURRENT.get(current.getFullName())).write(resolved, encoder);
        encoder.flush();
        assertThat(HeaderCodec.decode(purpose, again.toByteArray()))
                .usingRecursiveComparison()
                .isEqualTo(FIRST_SAMPLES.get(purpose));
    }

    @Test
    void everyRecordAndFieldIsDocumented() {
        for (Schema schema : CURRENT.values()) {
            assertThat(schema.getDoc()).as("doc of %s", schema.getName()).isNotBlank();
            if (schema.getType() == Schema.Type.RECORD) {
                for (Schema.Field field : schema.getFields()) {
                    assertThat(field.doc())
                            .as("doc of %s.%s", schema.getName(), field.name())
                            .isNotBlank();
                }
            }
        }
    }

    @Test
    void everyHeaderBeginsWithTheContextAndTheContextWithTheVersion() {
        for (Purpose purpose : Purpose.values()) {
            Schema header = HeaderType.of(purpose).binary().schema();
            Schema.Field first = header.getFields().get(0);
            if (HeaderType.of(purpose).hasCore()) {
                assertThat(first.name()).isEqualTo("core");
                String core = header.getFullName().replace("Header", "Core");
                first = CURRENT.get(core).getFields().get(0);
            }
            assertThat(first.schema().getName()).isEqualTo("Context");
            assertThat(first.schema().getFields().get(0).name()).isEqualTo("version");
        }
    }
}
