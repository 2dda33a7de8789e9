package org.silofold.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.rules.FieldLimits;

class StrictDecoderTest {
    @Test
    void readsWhatAvroWrites() throws IOException {
        Random random = new Random(11);
        for (int i = 0; i < 2000; i++) {
            long number = random.nextLong() >> random.nextInt(64);
            int small = random.nextInt() >> random.nextInt(32);
            double real = Double.longBitsToDouble(random.nextLong());
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            encoder.writeLong(number);
            encoder.writeInt(small);
            encoder.writeDouble(real);
            encoder.writeBytes(bytes);
            encoder.writeString("h\u00f4pital \ud83c\udfe5");
            encoder.flush();
            StrictDecoder decoder = new StrictDecoder(out.toByteArray());
            assertThat(decoder.readLong()).isEqualTo(number);
            assertThat(decoder.readInt()).isEqualTo(small);
            assertThat(Double.doubleToRawLongBits(decoder.readDouble())).isEqualTo(Double.doubleToRawLongBits(real));
            assertThat(decoder.readBytes(null).array()).isEqualTo(bytes);
            assertThat(decoder.readString()).isEqualTo("h\u00f4pital \ud83c\udfe5");
            assertThat(decoder.remaining()).isZero();
        }
    }

    @Test
    void integersHaveOneEncoding() {
        malformed(StrictDecoder::readLong, 0x80, 0x00);
        malformed(StrictDecoder::readInt, 0x80, 0x80, 0x00);
        malformed(StrictDecoder::readInt, 0xff, 0xff, 0xff, 0xff, 0x1f);
        malformed(StrictDecoder::readInt, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
        malformed(StrictDecoder::readLong, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02);
        malformed(StrictDecoder::readLong, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
        malformed(StrictDecoder::readLong);
        malformed(StrictDecoder::readLong, 0x80);
    }

    @Test
    void lengthsAreComparedWithWhatIsLeft() {
        // 2^31 - 1, 2^62 - 1, -1: none is ever allocated.
        int[] huge = {0xfe, 0xff, 0xff, 0xff, 0x0f};
        int[] huger = {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
        int[] negative = {0x01};
        for (int[] length : new int[][] {huge, huger, negative, {0x02}}) {
            malformed(decoder -> decoder.readBytes(null), length);
            malformed(StrictDecoder::readString, length);
            malformed(StrictDecoder::readArrayStart, length);
            malformed(StrictDecoder::skipBytes, length);
            malformed(StrictDecoder::skipString, length);
        }
    }

    @Test
    void arraysAreOneBlockOfBoundedSize() {
        malformed(StrictDecoder::arrayNext, 0x02);
        byte[] many = new byte[FieldLimits.ELEMENTS + 100];
        // 4097, zig-zag 8194.
        many[0] = (byte) 0x82;
        many[1] = 0x40;
        assertThatThrownBy(() -> new StrictDecoder(many).readArrayStart()).isInstanceOf(RejectedException.class);
        many[0] = (byte) 0x80;
        assertThat(new StrictDecoder(many).readArrayStart()).isEqualTo(FieldLimits.ELEMENTS);
    }

    @Test
    void stringsAreUtf8() {
        malformed(StrictDecoder::readString, 0x02, 0xff);
        malformed(StrictDecoder::readString, 0x04, 0xc0, 0x80);
        malformed(StrictDecoder::readString, 0x06, 0xed, 0xa0, 0x80);
    }

    @Test
    void unionsHaveTwoBranches() {
        malformed(StrictDecoder::readIndex, 0x04);
        malformed(StrictDecoder::readIndex, 0x01);
    }

    @Test
    void whatNoHeaderHoldsIsRefused() {
        malformed(StrictDecoder::readMapStart, 0);
        malformed(StrictDecoder::readEnum, 0);
        malformed(StrictDecoder::readBoolean, 0);
        malformed(StrictDecoder::readFloat, 0, 0, 0, 0);
    }

    private static void malformed(Consumer<StrictDecoder> read, int... bytes) {
        byte[] input = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            input[i] = (byte) bytes[i];
        }
        assertThatThrownBy(() -> read.accept(new StrictDecoder(input)))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED_HEADER));
    }
}
