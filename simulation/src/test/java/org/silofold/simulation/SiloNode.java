package org.silofold.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateFate;

/** A silo: which versions it believes, which bases it has spent, what it sent and what it heard became of that. */
final class SiloNode {
    final String name;
    private final Reader reader;
    private final TreeMap<Long, Post.Model> versions = new TreeMap<>();
    private final List<MadeUpdate> outbox = new ArrayList<>();
    private final Map<UpdateKey, UpdateFate> fates = new TreeMap<>();
    private long spentUpTo = -1;
    private long sequence;
    private int evidence;

    SiloNode(String name, Network network) {
        this.name = name;
        this.reader = new Reader(name, network, List.of(Network.MODELS, Network.FATES));
    }

    Reader reader() {
        return reader;
    }

    List<MadeUpdate> outbox() {
        return outbox;
    }

    /** Two manifests of one version, or one that breaks the chain. */
    int evidence() {
        return evidence;
    }

    void deliver(Post post) {
        if (post instanceof Post.Model model) {
            long version = model.manifest().version();
            Post.Model known = versions.get(version);
            Post.Model previous = versions.get(version - 1);
            boolean another = known != null && !known.digest().equals(model.digest());
            boolean astray = previous != null
                    && !previous.digest().equals(model.manifest().previousDigest());
            if (another || astray) {
                evidence++;
            } else {
                versions.putIfAbsent(version, model);
            }
        } else if (post instanceof Post.Fate told && told.fate().silo().equals(name)) {
            UpdateKey key = new UpdateKey(name, told.fate().updateId());
            fates.merge(key, told.fate(), (old, now) -> old.kind().isFinal() ? old : now);
        }
    }

    /** The newest version that it may train from: it has spent no base as new. */
    Optional<Long> base() {
        return versions.isEmpty() || versions.lastKey() <= spentUpTo
                ? Optional.empty()
                : Optional.of(versions.lastKey());
    }

    Digest digestOf(long version) {
        return versions.get(version).digest();
    }

    /** Spends the base, on disk, before the first record leaves. */
    void keep(MadeUpdate update) {
        spentUpTo = Math.max(spentUpTo, update.core().baseVersion());
        outbox.add(update);
    }

    long nextSequence() {
        return ++sequence;
    }

    Optional<UpdateFate> fate(UpdateKey update) {
        return Optional.ofNullable(fates.get(update));
    }
}
