package org.silofold.silo.verify;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;

/**
 * What became of a model's updates, by what versions hold and what the aggregator said. Everything may be noted in any order, and again. Not
 * thread-safe.
 */
public final class UpdateLedger {
    /** Stands for no version. */
    static final long NO_VERSION = -1;

    /** The state of an update of which nothing was said. */
    static final String OFFERED = "offered";

    private final Set<Key> offered = new LinkedHashSet<>();
    private final Map<Key, SortedSet<Long>> versions = new HashMap<>();
    private final Map<Key, UpdateFate> ends = new HashMap<>();
    private final Map<Key, UpdateFate.Kind> progress = new HashMap<>();
    private final Map<Key, Reason> rejected = new HashMap<>();
    private final Set<Key> passedOver = new HashSet<>();

    /**
     * An update's name.
     *
     * @param silo whose
     * @param updateId which
     */
    public record Key(String silo, UpdateId updateId) {
        /** The update that is meant. */
        public static Key of(UpdateRef ref) {
            return new Key(ref.silo(), ref.updateId());
        }
    }

    /** What became of an update. */
    public sealed interface Outcome {
        /**
         * It is in versions; in one, if all is right.
         *
         * @param versions which, at least one
         */
        record InVersions(SortedSet<Long> versions) implements Outcome {}

        /**
         * It ended otherwise.
         *
         * @param why the reason's code, or {@code rejected/} and the reason's code if it was turned away where it was read
         */
        record Ended(String why) implements Outcome {}

        /**
         * Nobody has said what became of it yet.
         *
         * @param state code of the last that was said, {@code offered} if nothing was
         */
        record Open(String state) implements Outcome {}

        /**
         * It is said to be in a version and is in none, or nothing is said of it although its time is over.
         *
         * @param version which; {@link UpdateLedger#NO_VERSION} if nothing is said of it
         */
        record Lost(long version) implements Outcome {}
    }

    /**
     * Counts over the updates that were offered.
     *
     * @param offered how many
     * @param inVersions in at least one version
     * @param ended by why they ended
     * @param open by the state in which they are
     * @param lost said to be in a version that does not hold them, or passed over in silence
     * @param twice in more than one version
     */
    public record Totals(
            long offered,
            long inVersions,
            SortedMap<String, Long> ended,
            SortedMap<String, Long> open,
            long lost,
            long twice) {}

    /** An update of which one is to be told what became. */
    public void offer(Key update) {
        offered.add(update);
    }

    /** A version holds the update. */
    public void inVersion(Key update, long version) {
        versions.computeIfAbsent(update, key -> new TreeSet<>()).add(version);
    }

    /** The aggregator said this of an update; the first final word stands. */
    public void fate(UpdateFate fate) {
        Key key = new Key(fate.silo(), fate.updateId());
        if (fate.kind().isFinal()) {
            ends.putIfAbsent(key, fate);
        } else {
            progress.merge(key, fate.kind(), (one, other) -> one == UpdateFate.Kind.JOINED ? one : other);
        }
    }

    /** The aggregator turned a record of the update away where it was read. */
    public void rejected(Key update, Reason reason) {
        rejected.putIfAbsent(update, reason);
    }

    /** Nothing was ever said of the update, and should have been. */
    void passedOver(Key update) {
        passedOver.add(update);
    }

    /** Updates that are in a version, offered or not. */
    public long inVersions() {
        return versions.size();
    }

    /** What became of an update. */
    public Outcome outcome(Key update) {
        SortedSet<Long> in = versions.get(update);
        if (in != null) {
            return new Outcome.InVersions(in);
        }
        UpdateFate end = ends.get(update);
        if (end != null && end.kind() == UpdateFate.Kind.IN_VERSION) {
            return new Outcome.Lost(end.version());
        }
        if (end != null) {
            return new Outcome.Ended(
                    end.reason().map(Reason::code).orElse(end.kind().code()));
        }
        if (rejected.containsKey(update)) {
            return new Outcome.Ended("rejected/" + rejected.get(update).code());
        }
        UpdateFate.Kind last = progress.get(update);
        if (last == null && passedOver.contains(update)) {
            return new Outcome.Lost(NO_VERSION);
        }
        return new Outcome.Open(last == null ? OFFERED : last.code());
    }

    /** What became of all that were offered. */
    public Totals totals() {
        long inVersions = 0;
        long lost = 0;
        long twice = 0;
        SortedMap<String, Long> ended = new TreeMap<>();
        SortedMap<String, Long> open = new TreeMap<>();
        for (Key update : offered) {
            Outcome outcome = outcome(update);
            if (outcome instanceof Outcome.InVersions in) {
                inVersions++;
                twice += in.versions().size() > 1 ? 1 : 0;
            } else if (outcome instanceof Outcome.Ended end) {
                ended.merge(end.why(), 1L, Long::sum);
            } else if (outcome instanceof Outcome.Open state) {
                open.merge(state.state(), 1L, Long::sum);
            } else {
                lost++;
            }
        }
        return new Totals(offered.size(), inVersions, ended, open, lost, twice);
    }

    /** The updates that were offered, in that order. */
    Set<Key> offered() {
        return offered;
    }
}
