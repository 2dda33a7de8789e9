package org.silofold.protocol.envelope;

import org.silofold.protocol.message.Context;

/** A context's one byte form for digests and key derivation: its fields in order, length-prefixed; with or without its purpose. */
public final class ContextBytes {
    private ContextBytes() {}

    /** All fields, the purpose last. */
    public static byte[] withPurpose(Context context) {
        return fields(context).text(context.purpose().text()).toBytes();
    }

    /** All fields but the purpose: what shards and manifest of one update have in common. */
    public static byte[] withoutPurpose(Context context) {
        return fields(context).toBytes();
    }

    private static LengthPrefixed fields(Context context) {
        return new LengthPrefixed()
                .int32(context.version())
                .text(context.suite())
                .text(context.federation())
                .int32(context.rosterEpoch())
                .digest(context.rosterDigest())
                .int64(context.policySequence())
                .text(context.model())
                .text(context.sender());
    }
}
