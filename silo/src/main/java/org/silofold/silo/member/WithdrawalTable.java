package org.silofold.silo.member;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateRef;

/**
 * Updates that their silo withdrew, by (silo, update id, manifest digest): known from the withdrawal on, marked from the moment on at which
 * this member promises never to vote for them.
 */
final class WithdrawalTable {
    private final Sql sql;

    WithdrawalTable(Sql sql) {
        this.sql = sql;
    }

    /**
     * A withdrawn update.
     *
     * @param model the model that the silo named
     * @param ref the update
     * @param knownSinceMillis when this member first read the withdrawal
     */
    record Withdrawn(String model, UpdateRef ref, long knownSinceMillis) {}

    /** Remembers a withdrawal, not marked yet; one that is known stays as it is. */
    void add(String model, UpdateRef ref, int epoch, long nowMillis) {
        sql.update(
                "INSERT OR IGNORE INTO withdrawn VALUES (?, ?, ?, ?, ?, 0, ?)",
                ref.silo(),
                ref.updateId().toBytes(),
                ref.manifestDigest().toBytes(),
                epoch,
                model,
                nowMillis);
    }

    /** Marks a known withdrawal: on disk when this returns. */
    void mark(UpdateRef ref) {
        sql.update("UPDATE withdrawn SET marked = 1" + OF, key(ref));
    }

    /** Forgets a withdrawal that was never marked. */
    void drop(UpdateRef ref) {
        sql.update("DELETE FROM withdrawn" + OF + " AND marked = 0", key(ref));
    }

    /** Whether the silo withdrew the update, marked or not. */
    boolean isKnown(UpdateRef ref) {
        return sql.number("SELECT count(*) FROM withdrawn" + OF, key(ref)) > 0;
    }

    /** Whether this member promised never to vote for the update. */
    boolean isMarked(UpdateRef ref) {
        return sql.number("SELECT count(*) FROM withdrawn" + OF + " AND marked = 1", key(ref)) > 0;
    }

    /** Withdrawals of one silo that are remembered. */
    long known(String silo) {
        return sql.number("SELECT count(*) FROM withdrawn WHERE silo = ?", silo);
    }

    /** Those of one silo that are not marked. */
    long open(String silo) {
        return sql.number("SELECT count(*) FROM withdrawn WHERE silo = ? AND marked = 0", silo);
    }

    /** What is not marked. */
    List<Withdrawn> open() {
        return sql.list(WithdrawalTable::withdrawn, "SELECT * FROM withdrawn WHERE marked = 0");
    }

    /** What is marked. */
    List<Withdrawn> marked() {
        return sql.list(WithdrawalTable::withdrawn, "SELECT * FROM withdrawn WHERE marked = 1");
    }

    private static final String OF = " WHERE silo = ? AND update_id = ? AND manifest_digest = ?";

    private static Object[] key(UpdateRef ref) {
        return new Object[] {
            ref.silo(), ref.updateId().toBytes(), ref.manifestDigest().toBytes()
        };
    }

    private static Withdrawn withdrawn(ResultSet row) throws SQLException {
        return new Withdrawn(
                row.getString("model"),
                new UpdateRef(
                        row.getString("silo"),
                        UpdateId.of(row.getBytes("update_id")),
                        Digest.of(row.getBytes("manifest_digest"))),
                row.getLong("known_since"));
    }
}
