package org.silofold.protocol.envelope;

import java.util.List;
import org.silofold.protocol.message.Digest;

/** Merkle tree hash of RFC 9162, section 2.1.1, over payload digests: 0x00 before leaves, 0x01 before nodes. */
public final class MerkleTree {
    private static final byte[] LEAF = {0};
    private static final byte[] NODE = {1};

    private MerkleTree() {}

    /** The root over these leaves, in order; of none, SHA-256 of nothing. */
    public static Digest root(List<Digest> leaves) {
        if (leaves.isEmpty()) {
            return Digest.sha256();
        }
        if (leaves.size() == 1) {
            return Digest.sha256(LEAF, leaves.get(0).toBytes());
        }
        int split = Integer.highestOneBit(leaves.size() - 1);
        Digest left = root(leaves.subList(0, split));
        Digest right = root(leaves.subList(split, leaves.size()));
        return Digest.sha256(NODE, left.toBytes(), right.toBytes());
    }
}
