package org.silofold.protocol.sign;

import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;

/** What a signature covers: the purpose in ASCII, a zero byte, the header exactly as sent. See protocol page, 5.1. */
public final class SignedBytes {
    private static final byte[] SEPARATOR = {0};

    private SignedBytes() {}

    /** The digest of a document: SHA-256 of its signed bytes, without the signature. */
    public static Digest digest(Purpose purpose, byte[] header) {
        return Digest.sha256(purpose.bytes(), SEPARATOR, header);
    }
}
