package org.silofold.schemas.codec;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.message.WrappedKey;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;

/** Between the protocol's values and the Avro types that several headers share. Each pair of methods is one another's inverse. */
final class Shared {
    private Shared() {}

    static org.silofold.schemas.avro.Digest digest(Digest digest) {
        return new org.silofold.schemas.avro.Digest(digest.toBytes());
    }

    static Digest digest(org.silofold.schemas.avro.Digest digest) {
        return Digest.of(digest.bytes());
    }

    static org.silofold.schemas.avro.UpdateId updateId(UpdateId id) {
        return new org.silofold.schemas.avro.UpdateId(id.toBytes());
    }

    static UpdateId updateId(org.silofold.schemas.avro.UpdateId id) {
        return UpdateId.of(id.bytes());
    }

    static org.silofold.schemas.avro.Context context(Context context) {
        return new org.silofold.schemas.avro.Context(
                context.version(),
                context.suite(),
                context.federation(),
                context.rosterEpoch(),
                digest(context.rosterDigest()),
                context.policySequence(),
                context.model(),
                context.sender(),
                context.purpose().text());
    }

    static Context context(org.silofold.schemas.avro.Context context) {
        return new Context(
                context.getVersion(),
                context.getSuite(),
                context.getFederation(),
                context.getRosterEpoch(),
                digest(context.getRosterDigest()),
                context.getPolicySequence(),
                context.getModel(),
                context.getSender(),
                purpose(context.getPurpose()));
    }

    private static Purpose purpose(String text) {
        try {
            return Purpose.ofText(text);
        } catch (IllegalArgumentException e) {
            throw new RejectedException(Reason.WRONG_PURPOSE, "unknown purpose");
        }
    }

    static org.silofold.schemas.avro.UpdateRef ref(UpdateRef ref) {
        return new org.silofold.schemas.avro.UpdateRef(
                ref.silo(), updateId(ref.updateId()), digest(ref.manifestDigest()));
    }

    static UpdateRef ref(org.silofold.schemas.avro.UpdateRef ref) {
        return new UpdateRef(ref.getSilo(), updateId(ref.getUpdateId()), digest(ref.getManifestDigest()));
    }

    static org.silofold.schemas.avro.WrappedKey wrappedKey(WrappedKey key) {
        return new org.silofold.schemas.avro.WrappedKey(
                key.recipient(), ByteBuffer.wrap(key.kemCiphertext()), ByteBuffer.wrap(key.wrapped()));
    }

    static WrappedKey wrappedKey(org.silofold.schemas.avro.WrappedKey key) {
        return new WrappedKey(key.getRecipient(), bytes(key.getKemCiphertext()), bytes(key.getWrapped()));
    }

    static org.silofold.schemas.avro.Buffer buffer(Buffer buffer) {
        return new org.silofold.schemas.avro.Buffer(buffer.version(), buffer.attempt());
    }

    static Buffer buffer(org.silofold.schemas.avro.Buffer buffer) {
        return new Buffer(buffer.getVersion(), buffer.getAttempt());
    }

    /** A copy of the bytes between position and limit; the buffer stays as it is. */
    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    static String reason(Optional<Reason> reason) {
        return reason.map(Reason::code).orElse(null);
    }

    /** @param code a reason's code or null */
    static Optional<Reason> reason(String field, String code) {
        return code == null ? Optional.empty() : Optional.of(code(field, code, Reason::ofCode));
    }

    /** Looks up a stable code. */
    static <T> T code(String field, String code, Function<String, T> lookup) {
        try {
            return lookup.apply(code);
        } catch (IllegalArgumentException e) {
            throw new RejectedException(Reason.INVALID_FIELD, field + ": unknown code");
        }
    }

    static <A, B> List<B> list(List<A> values, Function<? super A, ? extends B> map) {
        return values.stream().<B>map(map).toList();
    }
}
