package org.silofold.schemas.codec;

import java.util.Map;
import java.util.Optional;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateShard;

/** Headers as a party might send them that does not keep to the rules: encoded without a look at any field's range. */
public final class RawHeaders {
    private RawHeaders() {}

    /** A valid message of each purpose, that says all its newest revision can. */
    public static Map<Purpose, Message> samples() {
        return RevisionTwoSamples.all();
    }

    /**
     * A message's header.
     *
     * @param purpose whose schema to use
     * @return empty if the message has no encoding at all
     */
    public static Optional<byte[]> encode(Purpose purpose, Message message) {
        return attempt(() -> HeaderType.of(purpose).encode(message));
    }

    /** A core's bytes; empty if it has no encoding at all. */
    public static Optional<byte[]> core(UpdateManifest.Core core) {
        return attempt(() -> HeaderCodec.encodeCore(core));
    }

    /** A core's bytes; empty if it has no encoding at all. */
    public static Optional<byte[]> core(UpdateShard.Core core) {
        return attempt(() -> HeaderCodec.encodeCore(core));
    }

    /** What a dishonest sender cannot even encode is no concern of the reader's. */
    private static Optional<byte[]> attempt(java.util.function.Supplier<byte[]> encoding) {
        try {
            return Optional.of(encoding.get());
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }
}
