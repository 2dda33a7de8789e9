package org.silofold.silo.member;

import java.sql.SQLException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;

/**
 * A member's real store over a database in memory, whose bytes can be taken and given back; one for all runs, since to lay one out takes longer
 * than a run.
 */
final class MemoryStore {
    private final SQLiteConnection connection;
    private final MemberStore store;

    MemoryStore() {
        try {
            connection = (SQLiteConnection) new SQLiteConfig().createConnection("jdbc:sqlite::memory:");
            try (var statement = connection.createStatement()) {
                statement.execute("PRAGMA page_size=512");
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        store = MemberStore.over(connection);
    }

    MemberStore store() {
        return store;
    }

    /** Rows that were ever inserted, changed or deleted, also in transactions that were rolled back. */
    long changes() {
        try {
            return connection.getDatabase().total_changes();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The database's bytes. */
    byte[] image() {
        try {
            return connection.serialize("main");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Puts the database's bytes back. */
    void restore(byte[] image) {
        try {
            connection.deserialize("main", image);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
