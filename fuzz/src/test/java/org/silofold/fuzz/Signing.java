package org.silofold.fuzz;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.silofold.protocol.envelope.Frame;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.codec.HeaderCodec;
import org.silofold.schemas.codec.RawHeaders;

/**
 * Signs whatever a dishonest party might: headers whose fields are out of range, for any purpose. A signature that was made lately is used again,
 * since it costs more than all that a target does with the record. Not thread-safe.
 */
public final class Signing {
    private static final int REMEMBERED = 8192;

    private final Map<Signed, byte[]> signatures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Signed, byte[]> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record Signed(SigningKey key, Purpose purpose, Digest header) {}

    /** What a message of this class is for, whatever its context says. */
    public static Purpose purpose(Message message) {
        return Arrays.stream(Purpose.values())
                .filter(known -> HeaderCodec.messageType(known).isInstance(message))
                .findFirst()
                .orElseThrow();
    }

    /** The message's record, signed for what it is; empty if it has no encoding at all. */
    public Optional<byte[]> record(Message message, byte[] payload, SigningKey key) {
        return record(message, purpose(message), payload, key);
    }

    /** The message's record, signed for another purpose. */
    public Optional<byte[]> record(Message message, Purpose purpose, byte[] payload, SigningKey key) {
        return RawHeaders.encode(purpose(message), message).map(header -> {
            byte[] signature = signatures.computeIfAbsent(
                    new Signed(key, purpose, Digest.sha256(header)), ignored -> key.sign(purpose, header));
            return Frame.encode(header, signature, payload);
        });
    }
}
