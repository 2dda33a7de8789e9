package org.silofold.job.publish;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.job.event.PublishCommand;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;

/** What publish holds of one model. Mutable; its serializer copies it. */
final class PublishBook {
    private static final Comparator<Buffer> ORDER =
            Comparator.comparingLong(Buffer::version).thenComparingInt(Buffer::attempt);

    /**
     * A shard that is done.
     *
     * @param digest SHA-256 of its parameters
     * @param outOfBounds sums beyond what the cohort can sum to
     */
    record Done(Digest digest, int outOfBounds) {}

    private final TreeMap<Buffer, SortedMap<Integer, Done>> shards = new TreeMap<>(ORDER);
    private final TreeMap<Buffer, PublishCommand> wanted = new TreeMap<>(ORDER);
    private boolean halted;
    private long auditSequence;
    private Digest auditHead = Digest.ZERO;

    PublishBook copy() {
        PublishBook copy = new PublishBook();
        shards.forEach((buffer, done) -> copy.shards.put(buffer, new TreeMap<>(done)));
        copy.wanted.putAll(wanted);
        copy.halted = halted;
        copy.audit(auditSequence, auditHead);
        return copy;
    }

    /** Done shards, by attempt and index. */
    SortedMap<Buffer, SortedMap<Integer, Done>> shards() {
        return shards;
    }

    /** Attempts that the coordinator wants to become versions. */
    SortedMap<Buffer, PublishCommand> wanted() {
        return wanted;
    }

    void done(Buffer buffer, int index, Done done) {
        shards.computeIfAbsent(buffer, b -> new TreeMap<>()).put(index, done);
    }

    /** The shards of an attempt that is wanted and whose shards are all done, in shard order. */
    Optional<List<Done>> complete(Buffer buffer) {
        PublishCommand command = wanted.get(buffer);
        SortedMap<Integer, Done> done = shards.get(buffer);
        if (command == null || done == null || done.size() < command.shardCount()) {
            return Optional.empty();
        }
        return Optional.of(new ArrayList<>(done.values()));
    }

    /** Forgets all attempts before this one, which may have to be published once more. */
    void forgetBefore(Buffer buffer) {
        shards.headMap(buffer, false).clear();
        wanted.headMap(buffer, false).clear();
    }

    /** Whether a version came out other than the log has it: then nothing more is published for the model. */
    boolean isHalted() {
        return halted;
    }

    void halt() {
        halted = true;
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
