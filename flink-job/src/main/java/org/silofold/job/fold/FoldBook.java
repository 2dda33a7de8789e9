package org.silofold.job.fold;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.silofold.job.event.UpdateKey;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.UpdateId;

/**
 * What the fold of one shard remembers besides bytes: the accounts by accumulator number, and the updates that ended lately, whose
 * late bytes are ignored. Mutable; its serializer copies it deeply.
 */
final class FoldBook {
    /** Ended updates remembered for each silo: as many as the coordinator remembers. */
    static final int REMEMBERED = 256;

    private final TreeMap<Long, Account> accounts = new TreeMap<>();
    private final TreeSet<Long> applied = new TreeSet<>();
    private final TreeMap<Long, Context> carried = new TreeMap<>();
    private final TreeMap<String, Deque<UpdateId>> ended = new TreeMap<>();

    FoldBook copy() {
        FoldBook copy = new FoldBook();
        accounts.forEach((number, account) -> copy.accounts.put(number, account.copy()));
        copy.applied.addAll(applied);
        copy.carried.putAll(carried);
        ended.forEach((silo, ids) -> copy.ended.put(silo, new ArrayDeque<>(ids)));
        return copy;
    }

    SortedMap<Long, Account> accounts() {
        return accounts;
    }

    SortedMap<String, Deque<UpdateId>> ended() {
        return ended;
    }

    /** Versions that are published and whose candidates are not made yet. */
    SortedSet<Long> applied() {
        return applied;
    }

    /** Versions that are published without a cohort and that the shard has not come to yet, with their contexts. */
    SortedMap<Long, Context> carried() {
        return carried;
    }

    Account account(long number) {
        return accounts.computeIfAbsent(number, n -> new Account());
    }

    /** The accumulator that waits for this update's bytes. */
    Optional<Long> waitingFor(UpdateKey update) {
        return find(update, false);
    }

    /** The accumulator that holds this update's words. */
    Optional<Long> holding(UpdateKey update) {
        return find(update, true);
    }

    private Optional<Long> find(UpdateKey update, boolean added) {
        return accounts.entrySet().stream()
                .filter(e -> (added ? e.getValue().added : e.getValue().waiting).contains(update))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The first accumulator that can be opened into a shard at this version. */
    Optional<Long> ripe(long version) {
        return accounts.entrySet().stream()
                .filter(e -> e.getValue().ripe(version))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    boolean hasEnded(UpdateKey update) {
        Deque<UpdateId> ids = ended.get(update.silo());
        return ids != null && ids.contains(update.updateId());
    }

    void end(UpdateKey update) {
        if (hasEnded(update)) {
            return;
        }
        Deque<UpdateId> ids = ended.computeIfAbsent(update.silo(), silo -> new ArrayDeque<>());
        ids.addLast(update.updateId());
        if (ids.size() > REMEMBERED) {
            ids.removeFirst();
        }
    }
}
