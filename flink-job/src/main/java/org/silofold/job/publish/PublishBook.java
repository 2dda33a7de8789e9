package org.silofold.job.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.event.PublishCommand;
import org.silofold.protocol.message.Digest;

/** What publish holds of one model. Mutable; its serializer copies it. */
final class PublishBook {
    private final TreeMap<Long, SortedMap<Integer, Digest>> shards = new TreeMap<>();
    private final TreeMap<Long, PublishCommand> wanted = new TreeMap<>();
    private long auditSequence;
    private Digest auditHead = Digest.ZERO;

    PublishBook copy() {
        PublishBook copy = new PublishBook();
        shards.forEach((version, digests) -> copy.shards.put(version, new TreeMap<>(digests)));
        copy.wanted.putAll(wanted);
        copy.audit(auditSequence, auditHead);
        return copy;
    }

    /** Digests of done shards, by version and index. */
    SortedMap<Long, SortedMap<Integer, Digest>> shards() {
        return shards;
    }

    /** Versions that the coordinator wants. */
    SortedMap<Long, PublishCommand> wanted() {
        return wanted;
    }

    void done(long version, int index, Digest digest) {
        shards.computeIfAbsent(version, v -> new TreeMap<>()).put(index, digest);
    }

    /** The digests of a version that is wanted and whose shards are all done, in shard order. */
    Optional<List<Digest>> complete(long version) {
        PublishCommand command = wanted.get(version);
        SortedMap<Integer, Digest> digests = shards.get(version);
        if (command == null || digests == null || digests.size() < command.shardCount()) {
            return Optional.empty();
        }
        return Optional.of(new ArrayList<>(digests.values()));
    }

    /** Forgets this version and those before it. */
    void forgetThrough(long version) {
        shards.headMap(version, true).clear();
        wanted.headMap(version, true).clear();
    }

    /** Sequence of the next audit entry. */
    long auditSequence() {
        return auditSequence;
    }

    /** Digest of the newest audit entry, zero before the first. */
    Digest auditHead() {
        return auditHead;
    }

    void audit(long nextSequence, Digest head) {
        auditSequence = nextSequence;
        auditHead = head;
    }
}
