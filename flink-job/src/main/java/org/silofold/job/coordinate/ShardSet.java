package org.silofold.job.coordinate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.protocol.envelope.MerkleTree;
import org.silofold.protocol.message.Digest;

/** The shards seen of an update: the payload digest of each, the first one standing. */
final class ShardSet {
    /** What a shard brings. */
    enum Outcome {
        NEW,
        REPEATED,
        CONFLICTING
    }

    private final int count;
    private final SortedMap<Integer, Digest> digests = new TreeMap<>();

    /** @param count shards in the update, by the first shard's header */
    ShardSet(int count) {
        this.count = count;
    }

    Outcome add(int index, int countInHeader, Digest digest) {
        if (countInHeader != count || index < 0 || index >= count) {
            return Outcome.CONFLICTING;
        }
        Digest first = digests.putIfAbsent(index, digest);
        if (first == null) {
            return Outcome.NEW;
        }
        return first.equals(digest) ? Outcome.REPEATED : Outcome.CONFLICTING;
    }

    int count() {
        return count;
    }

    SortedMap<Integer, Digest> digests() {
        return Collections.unmodifiableSortedMap(digests);
    }

    boolean isComplete() {
        return digests.size() == count;
    }

    /** Merkle root over the payload digests, once complete. */
    Digest root() {
        return MerkleTree.root(new ArrayList<>(digests.values()));
    }
}
