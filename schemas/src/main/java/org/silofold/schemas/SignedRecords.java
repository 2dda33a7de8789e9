package org.silofold.schemas;

import java.security.MessageDigest;
import java.util.Optional;
import org.silofold.protocol.envelope.Frame;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.ModelShard;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Enrolment;
import org.silofold.protocol.registry.KeyBundle;
import org.silofold.protocol.sign.SignedBytes;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.codec.HeaderCodec;

/** Messages to signed records and back. Stateless. */
public final class SignedRecords {
    private SignedRecords() {}

    /**
     * Opens a record from anyone. Checks, in this order: sizes, frame, signature, the header's fields, the sender, the payload's
     * digest. Nothing of the header is interpreted before its signature holds.
     *
     * @param purpose what the record's topic calls for
     * @param record the record's value; owned by the result
     * @param expectedSender whose topic it is
     * @param key that sender's enrolled identity key
     * @param limits the topic's
     * @throws RejectedException with {@link Reason#RECORD_TOO_LARGE}, {@link Reason#MALFORMED_FRAME}, {@link
     *     Reason#BAD_SIGNATURE}, whatever {@link HeaderCodec#decode} refuses, {@link Reason#WRONG_SENDER} or {@link
     *     Reason#PAYLOAD_DIGEST_MISMATCH}; a message without payload digest must have no payload
     */
    public static SignedRecord<? extends Message> open(
            Purpose purpose, byte[] record, String expectedSender, VerifyingKey key, RecordLimits limits) {
        return open(Message.class, purpose, record, expectedSender, key, limits);
    }

    /**
     * As {@link #open(Purpose, byte[], String, VerifyingKey, RecordLimits)}, for a message of a known class.
     *
     * @param type the class of this purpose's message, or a supertype of it
     */
    public static <T extends Message> SignedRecord<T> open(
            Class<T> type,
            Purpose purpose,
            byte[] record,
            String expectedSender,
            VerifyingKey key,
            RecordLimits limits) {
        return open(type, purpose, record, Optional.of(expectedSender), key, limits);
    }

    /**
     * As the others, but whoever holds the key may call itself what it likes: for documents that are known by their key alone, as
     * the federation authority's are.
     */
    public static <T extends Message> SignedRecord<T> openByKey(
            Class<T> type, Purpose purpose, byte[] record, VerifyingKey key, RecordLimits limits) {
        return open(type, purpose, record, Optional.empty(), key, limits);
    }

    private static <T extends Message> SignedRecord<T> open(
            Class<T> type,
            Purpose purpose,
            byte[] record,
            Optional<String> expectedSender,
            VerifyingKey key,
            RecordLimits limits) {
        Frame frame = frame(record, limits);
        key.requireValid(purpose, frame.header(), frame.signature());
        SignedRecord<T> signed = parse(type, purpose, frame);
        String sender = signed.message().context().sender();
        if (expectedSender.isPresent() && !sender.equals(expectedSender.get())) {
            throw new RejectedException(
                    Reason.WRONG_SENDER, "signed as " + sender + " where " + expectedSender.get() + " is due");
        }
        checkPayload(signed);
        return signed;
    }

    /**
     * Reads a record again that this party verified before and has kept since where nobody else writes. The signature is
     * <em>not</em> verified, nor is the payload's digest.
     *
     * @throws RejectedException as {@link #open(Purpose, byte[], String, VerifyingKey, RecordLimits)}, but for what is not checked
     */
    public static <T extends Message> SignedRecord<T> reread(Class<T> type, Purpose purpose, byte[] record) {
        return parse(type, purpose, frame(record, RecordLimits.DEFAULT));
    }

    /**
     * Signs a message into a record.
     *
     * @param message whose context names the signer as sender
     * @param payload copied; empty for a message without payload digest
     * @param key the sender's
     * @throws RejectedException with {@link Reason#INVALID_FIELD} if a field is outside its range, or with {@link
     *     Reason#PAYLOAD_DIGEST_MISMATCH} if the message is not about this payload
     */
    public static byte[] seal(Message message, byte[] payload, SigningKey key) {
        byte[] header = HeaderCodec.encode(message);
        requireDigest(message, Digest.sha256(payload), payload.length);
        byte[] signature = key.sign(message.context().purpose(), header);
        return Frame.encode(header, signature, payload);
    }

    private static Frame frame(byte[] record, RecordLimits limits) {
        Frame frame = Frame.parse(record, new Frame.Limits(limits.recordBytes(), limits.headerBytes()));
        if (frame.payloadLength() > limits.payloadBytes()) {
            throw new RejectedException(
                    Reason.RECORD_TOO_LARGE,
                    "payload has " + frame.payloadLength() + " bytes, at most " + limits.payloadBytes());
        }
        return frame;
    }

    private static <T extends Message> SignedRecord<T> parse(Class<T> type, Purpose purpose, Frame frame) {
        T message = HeaderCodec.decode(type, purpose, frame.header());
        return new SignedRecord<>(
                message,
                frame.header(),
                SignedBytes.digest(purpose, frame.header()),
                frame.record(),
                frame.payloadOffset(),
                frame.payloadLength());
    }

    private static void checkPayload(SignedRecord<?> signed) {
        MessageDigest sha = Digest.newSha256();
        sha.update(signed.record(), signed.payloadOffset(), signed.payloadLength());
        requireDigest(signed.message(), Digest.of(sha.digest()), signed.payloadLength());
    }

    private static void requireDigest(Message message, Digest actual, int length) {
        Optional<Digest> due = payloadDigest(message);
        if (due.isEmpty() && length > 0) {
            throw new RejectedException(
                    Reason.PAYLOAD_DIGEST_MISMATCH,
                    length + " bytes of payload in a "
                            + message.context().purpose().text() + ", which has none");
        }
        if (due.isPresent() && !due.get().equals(actual)) {
            throw new RejectedException(
                    Reason.PAYLOAD_DIGEST_MISMATCH,
                    "payload of " + message.context().purpose().text() + " has digest " + actual + ", the header says "
                            + due.get());
        }
    }

    /** The digest of the payload that a message's header binds; empty for messages without payload. */
    public static Optional<Digest> payloadDigest(Message message) {
        if (message instanceof UpdateShard shard) {
            return Optional.of(shard.payloadDigest());
        } else if (message instanceof UpdateManifest manifest) {
            return Optional.of(manifest.payloadDigest());
        } else if (message instanceof UnmaskResponse response) {
            return Optional.of(response.payloadDigest());
        } else if (message instanceof ModelShard shard) {
            return Optional.of(shard.payloadDigest());
        } else if (message instanceof Enrolment enrolment) {
            return Optional.of(enrolment.payloadDigest());
        } else if (message instanceof KeyBundle bundle) {
            return Optional.of(bundle.payloadDigest());
        }
        return Optional.empty();
    }
}
