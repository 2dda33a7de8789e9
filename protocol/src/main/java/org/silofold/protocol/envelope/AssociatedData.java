package org.silofold.protocol.envelope;

import org.silofold.protocol.message.Digest;

/** What a seal is bound to, protocol page 5.6. */
public final class AssociatedData {
    private AssociatedData() {}

    /** Of a shard: SHA-256 of its header's core. */
    public static byte[] shard(byte[] coreBytes) {
        return Digest.sha256(coreBytes).toBytes();
    }

    /** Of an update's meta block; {@code block} is its index. */
    public static byte[] meta(Digest coreDigest, int block) {
        return inManifest(coreDigest, "meta", block);
    }

    /** Of member j's share packet, j from 1. */
    public static byte[] packet(Digest coreDigest, int member) {
        return inManifest(coreDigest, "packet", member);
    }

    private static byte[] inManifest(Digest coreDigest, String role, int index) {
        return Digest.sha256(new LengthPrefixed()
                        .digest(coreDigest)
                        .text(role)
                        .int32(index)
                        .toBytes())
                .toBytes();
    }
}
