package org.silofold.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.envelope.Frame;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.sign.SignedBytes;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.codec.HeaderCodec;

class SignedRecordsTest {
    private static final SigningKey KEY = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65);
    private static final byte[] PAYLOAD = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final byte[] NOTHING = {};

    private static Context context(Purpose purpose) {
        return new Context(
                1, Suite.ML_KEM_768_ML_DSA_65.text(), "heart", 1, Digest.ZERO, 1, "risk", "aggregator", purpose);
    }

    private static ModelShard shard() {
        return new ModelShard(context(Purpose.MODEL_SHARD), 3, 0, 1, Digest.sha256(PAYLOAD));
    }

    private static UnmaskVote vote() {
        return new UnmaskVote(
                context(Purpose.UNMASK_VOTE),
                new Buffer(1, 1),
                Digest.ZERO,
                java.util.Optional.empty(),
                java.util.List.of());
    }

    private static SignedRecord<? extends Message> open(byte[] record) {
        return SignedRecords.open(Purpose.MODEL_SHARD, record, "aggregator", KEY.verifyingKey(), RecordLimits.SHARD);
    }

    private static void refused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                .isEqualTo(reason));
    }

    @Test
    void whatIsSealedOpens() {
        byte[] record = SignedRecords.seal(shard(), PAYLOAD, KEY);
        SignedRecord<? extends Message> signed = open(record);
        assertThat(signed.message()).isEqualTo(shard());
        assertThat(signed.payload()).isEqualTo(PAYLOAD);
        assertThat(signed.payloadLength()).isEqualTo(PAYLOAD.length);
        assertThat(signed.headerBytes()).isEqualTo(HeaderCodec.encode(shard()));
        assertThat(signed.digest()).isEqualTo(SignedBytes.digest(Purpose.MODEL_SHARD, signed.headerBytes()));
        SignedRecord<ModelShard> again = SignedRecords.reread(ModelShard.class, Purpose.MODEL_SHARD, record);
        assertThat(again.message()).isEqualTo(shard());
        assertThat(again.digest()).isEqualTo(signed.digest());
    }

    @Test
    void aChangedByteAnywhereIsRefused() {
        byte[] record = SignedRecords.seal(shard(), PAYLOAD, KEY);
        for (int at = 0; at < record.length; at++) {
            byte[] changed = record.clone();
            changed[at] ^= 0x10;
            assertThatThrownBy(() -> open(changed)).as("byte %d", at).isInstanceOf(RejectedException.class);
        }
    }

    @Test
    void aRecordCutAnywhereIsRefused() {
        byte[] record = SignedRecords.seal(shard(), PAYLOAD, KEY);
        for (int length = 0; length < record.length; length++) {
            byte[] cut = Arrays.copyOf(record, length);
            assertThatThrownBy(() -> open(cut)).as("%d bytes", length).isInstanceOf(RejectedException.class);
        }
    }

    @Test
    void anothersSignatureIsRefusedBeforeTheHeaderIsRead() {
        SigningKey other = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65);
        refused(Reason.BAD_SIGNATURE, () -> open(SignedRecords.seal(shard(), PAYLOAD, other)));
        // A header that is junk, signed by nobody: the signature is what is refused.
        byte[] junk = Frame.encode(new byte[50], new byte[3309], NOTHING);
        refused(Reason.BAD_SIGNATURE, () -> open(junk));
    }

    @Test
    void junkThatIsWellSignedIsMalformed() {
        byte[] header = new byte[50];
        byte[] record = Frame.encode(header, KEY.sign(Purpose.MODEL_SHARD, header), NOTHING);
        assertThatThrownBy(() -> open(record))
                .isInstanceOf(RejectedException.class)
                .hasMessageNotContaining("bad-sig");
    }

    @Test
    void aSignatureForOnePurposeIsWorthlessForAnother() {
        byte[] header = HeaderCodec.encode(shard());
        byte[] record = Frame.encode(header, KEY.sign(Purpose.UNMASK_RESPONSE, header), PAYLOAD);
        refused(Reason.BAD_SIGNATURE, () -> open(record));
    }

    @Test
    void onlyTheTopicsOwnerMayWriteThere() {
        byte[] record = SignedRecords.seal(shard(), PAYLOAD, KEY);
        refused(
                Reason.WRONG_SENDER,
                () -> SignedRecords.open(Purpose.MODEL_SHARD, record, "basel", KEY.verifyingKey(), RecordLimits.SHARD));
        assertThat(SignedRecords.openByKey(
                                ModelShard.class, Purpose.MODEL_SHARD, record, KEY.verifyingKey(), RecordLimits.SHARD)
                        .message())
                .isEqualTo(shard());
    }

    @Test
    void anotherPayloadIsRefused() {
        byte[] header = HeaderCodec.encode(shard());
        byte[] signature = KEY.sign(Purpose.MODEL_SHARD, header);
        refused(Reason.PAYLOAD_DIGEST_MISMATCH, () -> open(Frame.encode(header, signature, new byte[] {9})));
        refused(Reason.PAYLOAD_DIGEST_MISMATCH, () -> SignedRecords.seal(shard(), new byte[] {9}, KEY));
    }

    @Test
    void aMessageWithoutPayloadHasNone() {
        byte[] header = HeaderCodec.encode(vote());
        byte[] record = Frame.encode(header, KEY.sign(Purpose.UNMASK_VOTE, header), new byte[] {9});
        refused(
                Reason.PAYLOAD_DIGEST_MISMATCH,
                () -> SignedRecords.open(
                        Purpose.UNMASK_VOTE, record, "aggregator", KEY.verifyingKey(), RecordLimits.DEFAULT));
        refused(Reason.PAYLOAD_DIGEST_MISMATCH, () -> SignedRecords.seal(vote(), new byte[] {9}, KEY));
        assertThat(SignedRecords.open(
                                UnmaskVote.class,
                                Purpose.UNMASK_VOTE,
                                SignedRecords.seal(vote(), NOTHING, KEY),
                                "aggregator",
                                KEY.verifyingKey(),
                                RecordLimits.VOTE)
                        .message())
                .isEqualTo(vote());
    }

    @Test
    void sizesAreCheckedFirst() {
        refused(Reason.RECORD_TOO_LARGE, () -> open(new byte[RecordLimits.SHARD.recordBytes() + 1]));
        byte[] longHeader = Frame.encode(new byte[RecordLimits.SHARD.headerBytes() + 1], NOTHING, NOTHING);
        refused(Reason.RECORD_TOO_LARGE, () -> open(longHeader));
        byte[] longPayload = Frame.encode(NOTHING, NOTHING, new byte[RecordLimits.SHARD.payloadBytes() + 1]);
        refused(Reason.RECORD_TOO_LARGE, () -> open(longPayload));
        refused(Reason.MALFORMED_FRAME, () -> open(NOTHING));
    }
}
