package org.silofold.protocol.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.silofold.protocol.testing.Samples.assertRejected;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.testing.Samples;

class FrameTest {
    private static final Frame.Limits LIMITS = new Frame.Limits(4096, 1024);

    private final byte[] header = Samples.bytes(1, 100);
    private final byte[] signature = Samples.bytes(2, 50);
    private final byte[] payload = Samples.bytes(3, 25);
    private final byte[] record = Frame.encode(header, signature, payload);

    @Property(tries = 300, seed = "1")
    void whatWasEncodedIsParsed(
            @ForAll @Size(max = 300) byte[] header,
            @ForAll @Size(max = 300) byte[] signature,
            @ForAll @Size(max = 300) byte[] payload) {
        byte[] record = Frame.encode(header, signature, payload);
        Frame frame = Frame.parse(record, LIMITS);
        assertThat(frame.header()).isEqualTo(header);
        assertThat(frame.signature()).isEqualTo(signature);
        assertThat(frame.payload()).isEqualTo(payload);
        assertThat(frame.payloadLength()).isEqualTo(payload.length);
        assertThat(frame.record()).isSameAs(record);
    }

    @Property(tries = 2000, seed = "2")
    void arbitraryBytesAreRefusedOrEncodeBackToThemselves(@ForAll @Size(max = 64) byte[] tail, @ForAll boolean magic) {
        byte[] record = magic ? concat(new byte[] {'S', 'F', 'D', '1', 0, 0}, tail) : tail;
        try {
            Frame frame = Frame.parse(record, LIMITS);
            assertThat(Frame.encode(frame.header(), frame.signature(), frame.payload()))
                    .isEqualTo(record);
        } catch (RejectedException e) {
            assertThat(e.reason()).isIn(Reason.MALFORMED_FRAME, Reason.RECORD_TOO_LARGE);
        }
    }

    @Test
    void theBytesAreTheProtocolPages() {
        assertThat(Frame.encode(new byte[] {1, 2}, new byte[] {3}, new byte[] {4, 5}))
                .containsExactly('S', 'F', 'D', '1', 0, 0, 0, 2, 0, 1, 1, 2, 3, 4, 5);
    }

    @Test
    void everyCutBeforeThePayloadIsRefused() {
        int payloadOffset = 10 + header.length + signature.length;
        for (int length = 0; length < payloadOffset; length++) {
            byte[] cut = Arrays.copyOf(record, length);
            assertRejected(Reason.MALFORMED_FRAME, () -> Frame.parse(cut, LIMITS));
        }
        assertThat(Frame.parse(Arrays.copyOf(record, payloadOffset), LIMITS).payload())
                .isEmpty();
    }

    @Test
    void aFlippedBitIsRefusedOrChangesWhatIsSigned() {
        for (int bit = 0; bit < 8 * (record.length - payload.length); bit++) {
            byte[] flipped = record.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            try {
                Frame frame = Frame.parse(flipped, LIMITS);
                assertThat(Arrays.equals(frame.header(), header) && Arrays.equals(frame.signature(), signature))
                        .as("bit " + bit)
                        .isFalse();
            } catch (RejectedException e) {
                assertThat(e.reason()).isIn(Reason.MALFORMED_FRAME, Reason.RECORD_TOO_LARGE);
            }
        }
    }

    @Test
    void limitsHoldToTheByte() {
        assertThat(Frame.parse(record, new Frame.Limits(record.length, header.length))
                        .header())
                .isEqualTo(header);
        assertRejected(
                Reason.RECORD_TOO_LARGE, () -> Frame.parse(record, new Frame.Limits(record.length - 1, header.length)));
        assertRejected(
                Reason.RECORD_TOO_LARGE, () -> Frame.parse(record, new Frame.Limits(record.length, header.length - 1)));
    }

    @Test
    void lengthsThatWouldOverflowAreRefused() {
        byte[] negative = record.clone();
        Arrays.fill(negative, 4, 8, (byte) 0xff);
        assertRejected(Reason.RECORD_TOO_LARGE, () -> Frame.parse(negative, LIMITS));
        Frame.Limits boundless = new Frame.Limits(Integer.MAX_VALUE, Integer.MAX_VALUE);
        assertRejected(Reason.RECORD_TOO_LARGE, () -> Frame.parse(negative, boundless));
        negative[4] = 0x7f;
        assertRejected(Reason.MALFORMED_FRAME, () -> Frame.parse(negative, boundless));
    }

    @Test
    void aSignatureFitsSixteenBits() {
        assertThat(Frame.parse(Frame.encode(header, new byte[0xffff], payload), new Frame.Limits(1 << 17, 1024))
                        .signature())
                .hasSize(0xffff);
        assertThatThrownBy(() -> Frame.encode(header, new byte[0x10000], payload))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
