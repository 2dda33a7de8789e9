package org.silofold.silo.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;

/** Updates that this party wants back, and the members' words by which it gets them. */
public final class WithdrawalTable {
    private final Database database;
    private final UpdateTable updates;

    WithdrawalTable(Database database, UpdateTable updates) {
        this.database = database;
        this.updates = updates;
    }

    /**
     * A withdrawal that the committee has not answered yet.
     *
     * @param update the update
     * @param sealed by what the committee knows it
     * @param record the signed request; owned by this value
     */
    public record Pending(OutgoingUpdate update, SealedUpdate sealed, byte[] record) {}

    /**
     * Remembers that the update is wanted back: from now on none of its bytes is to be sent.
     *
     * @return false, with nothing changed, if a cohort was proposed with it, or it is in a version or spent
     */
    public boolean add(UpdateId id, byte[] record) {
        boolean[] added = new boolean[1];
        database.transaction(() -> {
            UpdateState state = updates.find(id).orElseThrow().state();
            added[0] = state.mayBeWithdrawn() && state != UpdateState.JOINED;
            if (added[0]) {
                database.update(
                        "INSERT INTO withdrawal (update_id, record) VALUES (?, ?) ON CONFLICT DO NOTHING",
                        id.toBytes(),
                        record);
            }
        });
        return added[0];
    }

    /** Whether the update's bytes are still to be sent, as far as withdrawals go. */
    public boolean wanted(UpdateId id) {
        return database.first(
                        row -> row.getInt(1), "SELECT 1 FROM withdrawal WHERE update_id = ?", (Object) id.toBytes())
                .isEmpty();
    }

    /** Whether the update is wanted back and may still be. */
    public boolean isPending(UpdateId id) {
        return !wanted(id) && updates.find(id).orElseThrow().state().mayBeWithdrawn();
    }

    /** Withdrawals that are neither proven nor overtaken by a version. */
    public List<Pending> pending() {
        return database
                .query(
                        row -> new Row(UpdateId.of(row.getBytes(1)), row.getBytes(2)),
                        "SELECT update_id, record FROM withdrawal ORDER BY update_id")
                .stream()
                .map(row -> new Pending(
                        updates.find(row.id()).orElseThrow(),
                        updates.sealed(row.id()).orElseThrow(),
                        row.record()))
                .filter(pending -> pending.update().state().mayBeWithdrawn())
                .toList();
    }

    private record Row(UpdateId id, byte[] record) {}

    /**
     * Keeps a member's signed word that it never voted for the update. With enough of them the update is withdrawn and its base free again, all in
     * one transaction.
     *
     * @param member who said so; each counts once
     * @param record its record, verified
     * @param threshold how many distinct members prove it
     * @return whether the update became withdrawn
     */
    public boolean neverVoted(UpdateId id, String member, byte[] record, int threshold) {
        boolean[] withdrawn = new boolean[1];
        database.transaction(() -> {
            database.update(
                    "INSERT INTO never_voted (update_id, member, record) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    id.toBytes(),
                    member,
                    record);
            withdrawn[0] = words(id) >= threshold
                    && updates.move(
                            id, UpdateState.WITHDRAWN, -1, Optional.of(Reason.WITHDRAWN), "its base is free again");
            if (withdrawn[0]) {
                free(id);
            }
        });
        return withdrawn[0];
    }

    /** Frees the base, unless another update that stands was made from it too: one that was taken in from the log. */
    private void free(UpdateId id) {
        String other = "SELECT o.update_id FROM outgoing o WHERE o.model = spent_base.model"
                + " AND o.base_version = spent_base.version AND o.state <> '" + UpdateState.WITHDRAWN.code() + "'";
        database.update(
                "UPDATE spent_base SET update_id = (" + other + " LIMIT 1) WHERE update_id = ? AND EXISTS (" + other
                        + ")",
                (Object) id.toBytes());
        database.update("DELETE FROM spent_base WHERE update_id = ?", (Object) id.toBytes());
    }

    /** The members' words about the update, by member. */
    public Map<String, byte[]> promises(UpdateId id) {
        Map<String, byte[]> promises = new TreeMap<>();
        database.query(
                        row -> Map.entry(row.getString(1), row.getBytes(2)),
                        "SELECT member, record FROM never_voted WHERE update_id = ?",
                        (Object) id.toBytes())
                .forEach(promise -> promises.put(promise.getKey(), promise.getValue()));
        return promises;
    }

    /** How many members have said that they never voted for the update. */
    public int words(UpdateId id) {
        return database.first(row -> row.getInt(1), "SELECT count(*) FROM never_voted WHERE update_id = ?", (Object)
                        id.toBytes())
                .orElseThrow();
    }
}
