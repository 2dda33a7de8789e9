package org.silofold.simulation;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.silofold.silo.member.MemberStore;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;

/** A member's store, in memory. Members use stores one after the other: to open and close one takes longer than most runs do with it. */
final class MemberMemory {
    private static final Deque<MemberMemory> FREE = new ArrayDeque<>();

    /** An empty store, laid out once: that takes longer than anything a member does. */
    static final byte[] EMPTY = empty();

    private final SQLiteConnection connection;
    private final MemberStore store;

    private MemberMemory(SQLiteConnection connection) {
        this.connection = connection;
        this.store = MemberStore.over(connection);
    }

    /** A store that nobody uses, with anything in it. */
    static MemberMemory take() {
        return Optional.ofNullable(FREE.poll()).orElseGet(() -> new MemberMemory(connect()));
    }

    void giveBack() {
        FREE.push(this);
    }

    private static SQLiteConnection connect() {
        try {
            return (SQLiteConnection) new SQLiteConfig().createConnection("jdbc:sqlite::memory:");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] empty() {
        try {
            SQLiteConnection connection = connect();
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA page_size=512");
            }
            try (MemberStore store = MemberStore.over(connection)) {
                store.epoch();
                return connection.serialize("main");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    MemberStore store() {
        return store;
    }

    SQLiteConnection connection() {
        return connection;
    }

    /** The store's bytes. */
    byte[] image() {
        try {
            return connection.serialize("main");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives the store these bytes. */
    void jump(byte[] image) {
        try {
            connection.deserialize("main", image);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Deletes rows: a member that forgets what a rule rests on, to see what the rule is for.
     *
     * @param rows a table, with a condition if not all of its rows
     */
    void forget(String rows) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM " + rows);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
