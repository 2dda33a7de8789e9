package org.silofold.silo.member;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Statements over one SQLite connection: prepared once, closed together. Arguments are Long, Integer, String, byte[] or null.
 * Outside {@link #transaction} every statement commits on its own. Not thread-safe.
 */
final class Sql implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    /** Reads one row. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Work inside a transaction. */
    interface Work {
        void run();
    }

    Sql(Connection connection) {
        this.connection = connection;
    }

    /** Runs a statement that takes no arguments: schema and pragmas. */
    void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Runs an insert, update or delete and returns how many rows changed. */
    int update(String sql, Object... arguments) {
        try {
            PreparedStatement statement = bind(sql, arguments);
            int changed = statement.executeUpdate();
            statement.clearParameters();
            return changed;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The rows of a query, in its order. */
    <T> List<T> list(Row<T> reader, String sql, Object... arguments) {
        try (ResultSet rows = bind(sql, arguments).executeQuery()) {
            List<T> result = new ArrayList<>();
            while (rows.next()) {
                result.add(reader.read(rows));
            }
            return result;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The first row of a query. */
    <T> Optional<T> first(Row<T> reader, String sql, Object... arguments) {
        try (ResultSet rows = bind(sql, arguments).executeQuery()) {
            return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** A query of one number. */
    long number(String sql, Object... arguments) {
        return first(row -> row.getLong(1), sql, arguments).orElse(0L);
    }

    /** All of the work is on disk when this returns; none of it if it throws. */
    void transaction(Work work) {
        execute("BEGIN IMMEDIATE");
        boolean done = false;
        try {
            work.run();
            execute("COMMIT");
            done = true;
        } finally {
            if (!done) {
                rollback();
            }
        }
    }

    private void rollback() {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            // SQLite has rolled back by itself after a full disk or an I/O error; the first error is the one to show.
            if (e.getErrorCode() != 1) {
                throw failed(e);
            }
        }
    }

    private PreparedStatement bind(String sql, Object... arguments) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }

    private static MemberStoreException failed(SQLException e) {
        return new MemberStoreException("the member's store failed: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try {
            for (PreparedStatement statement : prepared.values()) {
                statement.close();
            }
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
