package org.silofold.schemas.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.rules.FieldLimits;

/**
 * A record schema's binary encoding, without container or fingerprint. Writes the newest revision; reads every one, of which a header
 * can be only one: each is the beginning of the next, and a field takes at least a byte. Safe for any number of threads.
 *
 * @param <A> the generated class
 */
final class AvroBinary<A extends SpecificRecordBase> {
    private static final SpecificData DATA = new HeaderData();

    private final Schema schema;

    /** One for each revision of the writer's schema, the newest first. */
    private final List<SpecificDatumReader<A>> readers;

    private final SpecificDatumWriter<A> writer;

    AvroBinary(Schema schema) {
        this.schema = schema;
        this.readers = Revisions.of(schema).stream()
                .map(writer -> new SpecificDatumReader<A>(writer, schema, DATA))
                .toList();
        this.writer = new SpecificDatumWriter<>(schema, DATA);
    }

    Schema schema() {
        return schema;
    }

    byte[] encode(A header) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            writer.write(header, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to memory", e);
        }
        if (out.size() > FieldLimits.HEADER_BYTES) {
            throw new RejectedException(
                    Reason.INVALID_FIELD,
                    schema.getName() + ": " + out.size() + " bytes of header, more than " + FieldLimits.HEADER_BYTES);
        }
        return out.toByteArray();
    }

    /** @throws RejectedException with {@link Reason#MALFORMED_HEADER} if these bytes, all of them, are no such record */
    A decode(byte[] bytes) {
        RejectedException asNewest = null;
        for (SpecificDatumReader<A> reader : readers) {
            try {
                return decode(reader, bytes);
            } catch (RejectedException e) {
                asNewest = asNewest == null ? e : asNewest;
            }
        }
        throw asNewest;
    }

    private A decode(SpecificDatumReader<A> reader, byte[] bytes) {
        StrictDecoder decoder = new StrictDecoder(bytes);
        A header = read(reader, decoder);
        if (decoder.remaining() != 0) {
            throw new RejectedException(
                    Reason.MALFORMED_HEADER,
                    schema.getName() + ": " + decoder.remaining() + " bytes after the end of the header");
        }
        return header;
    }

    /** As {@link #decode}, but more may follow. */
    A decodePrefix(byte[] bytes) {
        return read(readers.get(0), new StrictDecoder(bytes));
    }

    private A read(SpecificDatumReader<A> reader, StrictDecoder decoder) {
        try {
            return reader.read(null, decoder);
        } catch (IOException | AvroRuntimeException e) {
            throw new RejectedException(Reason.MALFORMED_HEADER, schema.getName() + ": " + e.getMessage());
        }
    }
}
