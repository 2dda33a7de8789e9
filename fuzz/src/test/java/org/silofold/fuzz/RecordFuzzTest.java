package org.silofold.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.silofold.protocol.envelope.Frame;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.schemas.codec.RawHeaders;

/** Records and headers: as bytes from anyone, and as messages out of range that a known party signed. */
class RecordFuzzTest {
    private static final SigningKey KEY = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65);
    private static final List<RecordLimits> LIMITS = List.of(RecordLimits.values());
    private static final List<Purpose> PURPOSES = List.of(Purpose.values());

    @FuzzTest
    void frame(byte[] data) {
        RecordLimits limits = RecordLimits.SMALL;
        Oracle.accepts(
                () -> {
                    Frame frame = Frame.parse(data, new Frame.Limits(limits.recordBytes(), limits.headerBytes()));
                    byte[] again = Frame.encode(frame.header(), frame.signature(), frame.payload());
                    Oracle.require(Arrays.equals(again, data), "a frame encodes to other bytes");
                },
                RejectedException.class);
    }

    /** The first byte names the purpose, the others are the header. */
    @FuzzTest
    void header(byte[] data) {
        Choices choices = new Choices(data);
        Purpose purpose = choices.of(PURPOSES);
        decodes(purpose, choices.rest());
        Oracle.accepts(() -> HeaderCodec.claimedPurpose(data), RejectedException.class);
    }

    @FuzzTest
    void reread(byte[] data) {
        Choices choices = new Choices(data);
        Purpose purpose = choices.of(PURPOSES);
        byte[] record = choices.rest();
        Oracle.accepts(() -> SignedRecords.reread(Message.class, purpose, record), RejectedException.class);
        Oracle.accepts(
                () -> {
                    SignedRecords.open(purpose, record, "basel", KEY.verifyingKey(), choices.of(LIMITS));
                    throw new AssertionError("a record verifies under a key that signed nothing");
                },
                RejectedException.class);
    }

    /** A sample of each purpose, fields changed, signed by its sender. */
    @FuzzTest
    void signedHeader(byte[] data) {
        Choices choices = new Choices(data);
        Purpose purpose = choices.of(PURPOSES);
        Message message = RawHeaders.samples().get(purpose);
        Oracle.require(message != null, "no sample of " + purpose);
        Message mutated = Mutator.message(message, choices);
        boolean encodes = Oracle.accepts(() -> HeaderCodec.encode(mutated), RejectedException.class);
        Purpose due = choices.oneIn(8) ? choices.of(PURPOSES) : purpose;
        Optional<byte[]> header = RawHeaders.encode(purpose, mutated);
        if (header.isEmpty()) {
            Oracle.require(!encodes, "a valid message without an encoding");
            return;
        }
        boolean decoded = decodes(due, header.get());
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(mutated.toString())) {
            // Half a surrogate pair is no text in UTF-8: these bytes say something else.
            Oracle.require(!encodes, "text that has no encoding is taken: " + mutated);
        } else if (due == purpose) {
            Oracle.require(encodes == decoded, "writer and reader disagree on " + mutated);
        }
        byte[] record = Frame.encode(header.get(), KEY.sign(due, header.get()), choices.bytes(16));
        RecordLimits limits = choices.of(LIMITS);
        Oracle.accepts(
                () -> {
                    SignedRecord<? extends Message> signed =
                            SignedRecords.open(due, record, message.context().sender(), KEY.verifyingKey(), limits);
                    Oracle.require(decoded, "a record holds what its header does not decode to");
                    SignedRecord<Message> again = SignedRecords.reread(Message.class, due, record);
                    Oracle.require(again.digest().equals(signed.digest()), "read again, another digest");
                },
                RejectedException.class);
    }

    private static boolean decodes(Purpose purpose, byte[] header) {
        return Oracle.accepts(
                () -> {
                    Message message = HeaderCodec.decode(purpose, header);
                    Oracle.require(message.context().purpose() == purpose, "decoded for another purpose");
                    byte[] encoded = HeaderCodec.encode(message);
                    // Later revisions only add, with defaults: an older header is how the newer one begins.
                    Oracle.require(
                            encoded.length >= header.length
                                    && Arrays.equals(encoded, 0, header.length, header, 0, header.length),
                            "encodes to other bytes");
                    byte[] again = HeaderCodec.encode(HeaderCodec.decode(purpose, encoded));
                    Oracle.require(Arrays.equals(again, encoded), "two encodings of one message");
                },
                RejectedException.class);
    }
}
