package org.silofold.schemas.codec;

import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.rules.FieldLimits;
import org.silofold.schemas.rules.MessageRules;

/**
 * Between messages and header bytes. Both directions apply the same rules, so nothing is written that a reader would refuse, and
 * what decodes encodes to the same bytes again, followed by the defaults of what later revisions added. Verify the signature before decoding: these bytes come from anyone.
 */
public final class HeaderCodec {
    private static final AvroBinary<org.silofold.schemas.avro.Context> CONTEXT =
            new AvroBinary<>(org.silofold.schemas.avro.Context.getClassSchema());

    private HeaderCodec() {}

    /**
     * The header bytes of a message, to be signed and sent exactly so.
     *
     * @throws RejectedException if a field is outside its range, as in {@link #decode}
     */
    public static byte[] encode(Message message) {
        Purpose purpose = message.context().purpose();
        HeaderType<?, ?> type = HeaderType.of(purpose);
        if (!type.message().isInstance(message)) {
            throw new RejectedException(
                    Reason.WRONG_PURPOSE,
                    "a " + message.getClass().getSimpleName() + " with purpose " + purpose.text());
        }
        MessageRules.check(message, purpose);
        return type.encode(message);
    }

    /** The bytes of an update shard's core: they go into the header as they are, and their SHA-256 into the seal. */
    public static byte[] encodeCore(UpdateShard.Core core) {
        return UpdateHeaders.SHARD_CORE.encode(UpdateHeaders.core(core));
    }

    /** The bytes of an update manifest's core: they go into the header as they are, and the share check draws from their SHA-256. */
    public static byte[] encodeCore(UpdateManifest.Core core) {
        return UpdateHeaders.MANIFEST_CORE.encode(UpdateHeaders.core(core));
    }

    /**
     * Reads a header. Never allocates more than a small multiple of its size.
     *
     * @param purpose what its topic calls for
     * @param header the whole header; not kept
     * @throws RejectedException {@link Reason#MALFORMED_HEADER} if the bytes are not, to the last one, this purpose's header;
     *     {@link Reason#UNSUPPORTED_VERSION}, {@link Reason#WRONG_PURPOSE}, {@link Reason#UNSUPPORTED_SUITE} by its context;
     *     {@link Reason#WRONG_SENDER} if only the subject may sign it; {@link Reason#INVALID_FIELD} naming the field that is
     *     outside its range
     */
    public static Message decode(Purpose purpose, byte[] header) {
        HeaderType<?, ?> type = HeaderType.of(purpose);
        if (header.length > FieldLimits.HEADER_BYTES) {
            throw new RejectedException(
                    Reason.MALFORMED_HEADER, header.length + " bytes of header, more than " + FieldLimits.HEADER_BYTES);
        }
        int version = version(type, header);
        if (version != Context.VERSION) {
            throw new RejectedException(
                    Reason.UNSUPPORTED_VERSION, "protocol version " + version + ", not " + Context.VERSION);
        }
        Message message = type.decode(header);
        MessageRules.check(message, purpose);
        return message;
    }

    /**
     * Reads a header of a known class.
     *
     * @throws RejectedException as {@link #decode(Purpose, byte[])}
     * @throws ClassCastException if that purpose's message is of another class: a mistake of the caller
     */
    public static <M extends Message> M decode(Class<M> type, Purpose purpose, byte[] header) {
        return type.cast(decode(purpose, header));
    }

    /** The class of a purpose's message. */
    public static Class<? extends Message> messageType(Purpose purpose) {
        return HeaderType.of(purpose).message();
    }

    /**
     * The purpose that a registry document's header claims, for a reader that holds the record without its key.
     *
     * @param header of a message without core; whatever follows the context is not read
     * @throws RejectedException as {@link #decode(Purpose, byte[])}
     */
    public static Purpose claimedPurpose(byte[] header) {
        return Shared.context(CONTEXT.decodePrefix(header)).purpose();
    }

    /** The protocol version is the first field of the context, which is the first field of every header or of its core. */
    private static int version(HeaderType<?, ?> type, byte[] header) {
        StrictDecoder decoder = new StrictDecoder(header);
        if (!type.hasCore()) {
            return decoder.readInt();
        }
        return new StrictDecoder(decoder.readBytes(null).array()).readInt();
    }
}
