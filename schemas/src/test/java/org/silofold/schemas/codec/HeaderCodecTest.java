package org.silofold.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.rules.FieldLimits;

class HeaderCodecTest {
    private static final Map<Purpose, Message> SAMPLES = RevisionTwoSamples.all();

    /** What a header from a stranger may be refused for. */
    private static final Set<Reason> REFUSALS = EnumSet.of(
            Reason.MALFORMED_HEADER,
            Reason.INVALID_FIELD,
            Reason.UNSUPPORTED_VERSION,
            Reason.UNSUPPORTED_SUITE,
            Reason.WRONG_PURPOSE,
            Reason.WRONG_SENDER);

    /** Bytes at a header's ends that are cut one by one: context and first fields, and all that later revisions added. */
    private static final int ENDS = 512;

    @ParameterizedTest
    @EnumSource(Purpose.class)
    void everyPurposeHasAMessageThatSurvivesTheWay(Purpose purpose) {
        Message sample = SAMPLES.get(purpose);
        Message read = HeaderCodec.decode(purpose, HeaderCodec.encode(sample));
        assertThat(read).usingRecursiveComparison().isEqualTo(sample);
        assertThat(HeaderCodec.messageType(purpose)).isEqualTo(sample.getClass());
    }

    @ParameterizedTest
    @EnumSource(Purpose.class)
    void aHeaderCutAnywhereButWhereAnEarlierRevisionEndedIsMalformed(Purpose purpose) {
        byte[] whole = HeaderCodec.encode(SAMPLES.get(purpose));
        List<Integer> earlierEnds = new ArrayList<>();
        for (int length = 0; length < whole.length; length++) {
            // All that is near either end; of the long lists between them a sample.
            if (length > ENDS && length < whole.length - ENDS && length % 61 != 0) {
                continue;
            }
            byte[] cut = Arrays.copyOf(whole, length);
            Throwable thrown = catchThrowable(() -> HeaderCodec.decode(purpose, cut));
            if (thrown == null) {
                earlierEnds.add(length);
            } else {
                assertThat(thrown)
                        .as("%d of %d bytes", length, whole.length)
                        .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                                .isEqualTo(Reason.MALFORMED_HEADER));
            }
        }
        int revisions = Revisions.of(HeaderType.of(purpose).binary().schema()).size();
        assertThat(earlierEnds).as("where earlier revisions ended").hasSize(revisions - 1);
    }

    @ParameterizedTest
    @EnumSource(Purpose.class)
    void aByteTooManyIsMalformed(Purpose purpose) {
        byte[] whole = HeaderCodec.encode(SAMPLES.get(purpose));
        refused(Reason.MALFORMED_HEADER, () -> HeaderCodec.decode(purpose, Arrays.copyOf(whole, whole.length + 1)));
    }

    @ParameterizedTest
    @EnumSource(Purpose.class)
    void aFlippedBitIsRefusedOrSaysExactlyWhatItsBytesSay(Purpose purpose) {
        byte[] whole = HeaderCodec.encode(SAMPLES.get(purpose));
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            decodesCanonicallyOrIsRefused(purpose, flipped);
        }
    }

    @ParameterizedTest
    @EnumSource(Purpose.class)
    void randomBytesAreRefused(Purpose purpose) {
        Random random = new Random(purpose.text().hashCode());
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            decodesCanonicallyOrIsRefused(purpose, bytes);
        }
    }

    /** Splices: valid beginnings with random ends reach every field's decoding. */
    @ParameterizedTest
    @EnumSource(Purpose.class)
    void validBeginningsWithRandomEndsAreRefused(Purpose purpose) {
        byte[] whole = HeaderCodec.encode(SAMPLES.get(purpose));
        Random random = new Random(31L * purpose.text().hashCode());
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = whole.clone();
            int from = random.nextInt(whole.length);
            for (int j = from; j < Math.min(whole.length, from + 12); j++) {
                bytes[j] = (byte) random.nextInt(256);
            }
            decodesCanonicallyOrIsRefused(purpose, bytes);
        }
    }

    private static void decodesCanonicallyOrIsRefused(Purpose purpose, byte[] bytes) {
        Message[] message = new Message[1];
        Throwable thrown = catchThrowable(() -> message[0] = HeaderCodec.decode(purpose, bytes));
        if (thrown == null) {
            // An earlier revision's header is the beginning of the newest's.
            byte[] encoded = HeaderCodec.encode(message[0]);
            assertThat(Arrays.equals(encoded, 0, Math.min(bytes.length, encoded.length), bytes, 0, bytes.length))
                    .isTrue();
        } else {
            assertThat(thrown).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                    .isIn(REFUSALS));
        }
    }

    @Test
    void aHeaderOfAnotherPurposeIsRefused() {
        byte[] modelShard = HeaderCodec.encode(SAMPLES.get(Purpose.MODEL_SHARD));
        Throwable thrown = catchThrowable(() -> HeaderCodec.decode(Purpose.MODEL_MANIFEST, modelShard));
        assertThat(thrown).isInstanceOf(RejectedException.class);
        // The very same schema with another purpose inside.
        ModelShard shard = (ModelShard) SAMPLES.get(Purpose.MODEL_SHARD);
        ModelShard other = new ModelShard(
                shard.context().withPurpose(Purpose.UNMASK_RESPONSE),
                shard.version(),
                shard.shardIndex(),
                shard.shardCount(),
                shard.payloadDigest());
        byte[] bytes = HeaderType.of(Purpose.MODEL_SHARD).encode(other);
        refused(Reason.WRONG_PURPOSE, () -> HeaderCodec.decode(Purpose.MODEL_SHARD, bytes));
        refused(Reason.WRONG_PURPOSE, () -> HeaderCodec.encode(other));
    }

    @ParameterizedTest
    @EnumSource(Purpose.class)
    void anUnknownVersionIsRefusedBeforeTheRestIsRead(Purpose purpose) {
        byte[] header = HeaderCodec.encode(SAMPLES.get(purpose));
        int versionAt = HeaderType.of(purpose).hasCore() ? varintLength(header) : 0;
        header[versionAt] = 4; // zig-zag of 2
        refused(Reason.UNSUPPORTED_VERSION, () -> HeaderCodec.decode(purpose, header));
    }

    private static int varintLength(byte[] bytes) {
        int length = 1;
        while (bytes[length - 1] < 0) {
            length++;
        }
        return length;
    }

    @Test
    void anUnknownSuiteIsRefused() {
        ModelShard shard = (ModelShard) SAMPLES.get(Purpose.MODEL_SHARD);
        byte[] header = HeaderCodec.encode(shard);
        String text = new String(header, java.nio.charset.StandardCharsets.ISO_8859_1);
        header[text.indexOf("ml-kem-768") + 7] = '5';
        refused(Reason.UNSUPPORTED_SUITE, () -> HeaderCodec.decode(Purpose.MODEL_SHARD, header));
    }

    @Test
    void aHeaderAboveTheLimitIsRefusedUnread() {
        refused(
                Reason.MALFORMED_HEADER,
                () -> HeaderCodec.decode(Purpose.ROSTER, new byte[FieldLimits.HEADER_BYTES + 1]));
    }

    @Test
    void aCoreThatSaysSomethingElseIsNotWritten() {
        UpdateShard shard = Samples.shard();
        byte[] other = shard.coreBytes().clone();
        other[other.length - 1] ^= 1;
        refused(Reason.INVALID_FIELD, () -> HeaderCodec.encode(new UpdateShard(shard.core(), other, Digest.ZERO)));
    }

    private static void refused(Reason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                .isEqualTo(reason));
    }
}
