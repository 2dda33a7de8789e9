package org.silofold.silo.member;

import java.util.List;
import java.util.Optional;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateRef;

/** Which cohort an update is locked to, and in which it was spent: at most one each, by (silo, update id). */
final class MarkTable {
    private final Sql sql;

    MarkTable(Sql sql) {
        this.sql = sql;
    }

    /** The cohort that the update is locked to. */
    Optional<Digest> lockOf(UpdateRef ref) {
        return find("SELECT digest FROM locks WHERE silo = ? AND update_id = ?", ref);
    }

    /** The cohort that the update was spent in. */
    Optional<Digest> spentIn(UpdateRef ref) {
        return find("SELECT digest FROM spent WHERE silo = ? AND update_id = ?", ref);
    }

    /** Whether updates were spent in this cohort. */
    boolean isSpent(Digest cohort) {
        return sql.number("SELECT count(*) FROM spent WHERE digest = ?", cohort.toBytes()) > 0;
    }

    private Optional<Digest> find(String query, UpdateRef ref) {
        return sql.first(
                row -> Digest.of(row.getBytes(1)),
                query,
                ref.silo(),
                ref.updateId().toBytes());
    }

    /**
     * Locks updates to a cohort.
     *
     * @throws IllegalStateException if one is locked to another
     */
    void lock(List<UpdateRef> refs, int epoch, Digest cohort) {
        for (UpdateRef ref : refs) {
            Optional<Digest> lock = lockOf(ref);
            if (lock.isPresent() && !lock.get().equals(cohort)) {
                throw new IllegalStateException(ref.silo() + "/" + ref.updateId() + " is locked to another cohort");
            }
            insert("INSERT OR IGNORE INTO locks VALUES (?, ?, ?, ?)", ref, epoch, cohort);
        }
    }

    /** Marks updates as spent in a cohort; a mark that is there stays. */
    void spend(List<UpdateRef> refs, int epoch, Digest cohort) {
        for (UpdateRef ref : refs) {
            insert("INSERT OR IGNORE INTO spent VALUES (?, ?, ?, ?)", ref, epoch, cohort);
        }
    }

    private void insert(String statement, UpdateRef ref, int epoch, Digest cohort) {
        sql.update(statement, ref.silo(), ref.updateId().toBytes(), epoch, cohort.toBytes());
    }

    /** Releases the locks of an abandoned cohort. Returns how many. */
    int release(Digest cohort) {
        return sql.update("DELETE FROM locks WHERE digest = ?", cohort.toBytes());
    }
}
