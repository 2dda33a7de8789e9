package org.silofold.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
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
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;

/** What version 1 wrote is read by today's code, to the same values. */
class SchemaEvolutionTest {
    private static final Map<String, Schema> CURRENT = Baseline.schemas(Path.of("src/main/avro"));
    private static final Map<String, Schema> FIRST = Baseline.schemas(Path.of("src/test/resources/baseline/v1"));
    private static final Map<Purpose, Message> SAMPLES = Samples.all();

    @Test
    void noSchemaIsForgotten() {
        assertThat(FIRST.keySet()).isEqualTo(CURRENT.keySet());
        assertThat(CURRENT).hasSize(31);
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

    /** While version 1 is the newest, its schemas are exactly the first ones, but for their docs. */
    @Test
    void theSchemasOfAVersionDoNotChange() {
        FIRST.forEach((name, first) -> assertThat(CURRENT.get(name)).isEqualTo(first));
    }

    @Test
    void theGeneratedClassesAreOfTheseSchemas() {
        for (Purpose purpose : Purpose.values()) {
            Schema generated = HeaderType.of(purpose).binary().schema();
            assertThat(SchemaNormalization.toParsingForm(generated))
                    .isEqualTo(SchemaNormalization.toParsingForm(CURRENT.get(generated.getFullName())));
        }
    }

    @ParameterizedTest
    @EnumSource(Purpose.class)
    void goldenHeadersDecodeToTheirValues(Purpose purpose) {
        byte[] golden = Baseline.header(purpose);
        assertThat(HeaderCodec.decode(purpose, golden))
                .usingRecursiveComparison()
                .isEqualTo(SAMPLES.get(purpose));
        assertThat(HeaderCodec.encode(SAMPLES.get(purpose))).isEqualTo(golden);
    }

    /** Writer's schema: the first; reader's: today's. This is how a reader of a later version reads version 1. */
    @ParameterizedTest
    @EnumSource(Purpose.class)
    void goldenHeadersResolveFromTheFirstSchemas(Purpose purpose) throws IOException {
        byte[] golden = Baseline.header(purpose);
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
                .isEqualTo(SAMPLES.get(purpose));
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
